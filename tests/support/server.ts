import { spawn, type ChildProcess, type StdioOptions } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { buildApp, type AppOptions } from '../../src/server/app.js';
import type { App } from '../../src/server/app-type.js';
import { listen } from '../../src/server/serve.js';
import { EmotionRecognizer } from '../../src/emotion/emotion-recognizer.js';
import { QualityJudge } from '../../src/emotion/face-quality.js';
import { EmotionForest } from '../../src/emotion/forest.js';
import { Vision } from '../../src/vision/vision.js';
import { emochatCli } from './cli.js';
import { addon } from './addon.js';
import { projectRoot } from './checkout.js';
import { testModelFiles, testModelsDir } from './test-models.js';

/** The forest of the page, where nobody names another. */
export const expressiveFile = join(projectRoot, 'models/expressive.json');
/** The forest of everything else. */
export const forestFile = join(projectRoot, 'models/happy-sad.json');
/** What a server needs that looks at real photos. */
export const serverNeeds = [addon, forestFile];

/** Lines that a server logged at `debug`. */
class LogLines {
  text = '';
  write(line: string): void {
    this.text += line;
  }
}

export interface RunningServer {
  /** With a slash at its end. */
  url: string;
  app: App;
  recognizer: EmotionRecognizer;
  log: LogLines;
  close(): Promise<void>;
}

type Overrides = Partial<Omit<AppOptions, 'gemini'>> & {
  gemini?: Partial<AppOptions['gemini']>;
  queueLimit?: number;
  lanes?: number;
  /** The forest that the page goes by; the same as `/predict` by default. */
  pageForest?: string;
};

/** The whole server in this process, on a free port, with the real vision, the real forest and the settings' defaults. */
export async function startServer({
  lanes = 2,
  queueLimit = 64,
  gemini,
  pageForest,
  ...overrides
}: Overrides = {}) {
  const { cascade, facemark } = await testModelFiles();
  const vision = await Vision.open({ cascadeFile: cascade, facemarkFile: facemark, lanes, queueLimit });
  const judge = await QualityJudge.load();
  const open = async (file: string) =>
    new EmotionRecognizer(vision, await EmotionForest.load(file), { judge });
  const recognizer = await open(forestFile);
  const page = pageForest === undefined ? recognizer : await open(pageForest);
  const log = new LogLines();
  const options: AppOptions = {
    publicDir: join(projectRoot, 'public'),
    maxBody: 16 * 1024 * 1024,
    lanes,
    queueLimit,
    analysesPerMinute: 10,
    analysesPerDay: 1000,
    gemini: { model: 'gemini-2.5-flash', baseUrl: 'http://127.0.0.1:9', timeout: 30_000, ...gemini },
    log: { level: 'debug', stream: log },
    drain: { usual: 5000, reading: 65_000 },
    ...overrides,
  };
  const app = await buildApp(options, { standard: recognizer, page });
  const url = await listen(app, { host: 'localhost', port: 0 });
  const close = async (): Promise<void> => {
    await app.close();
    await vision.close();
  };
  return { url, app, recognizer, log, close } satisfies RunningServer;
}

/** `emochat serve` as a process of its own. */
export class EmochatProcess {
  readonly child: ChildProcess;
  stdout = '';
  stderr = '';

  private constructor(args: readonly string[], env: NodeJS.ProcessEnv, cwd: string, stderr: number | 'pipe') {
    const stdio: StdioOptions = ['ignore', 'pipe', stderr];
    this.child = spawn(process.execPath, [emochatCli, ...args], { env, cwd, stdio });
    this.child.stdout?.on('data', (chunk: Buffer) => (this.stdout += chunk.toString()));
    this.child.stderr?.on('data', (chunk: Buffer) => (this.stderr += chunk.toString()));
  }

  /** Starts any command; settings of the caller's own environment do not get in. @param stderr where it goes, if it is not to be kept. */
  static async run(
    args: readonly string[],
    env: NodeJS.ProcessEnv = {},
    cwd = projectRoot,
    stderr: number | 'pipe' = 'pipe',
  ): Promise<EmochatProcess> {
    const { PATH, HOME } = process.env;
    const own = { PATH, HOME, EMOCHAT_MODELS_DIR: await testModelsDir(), GEMINI_API_KEY: '' };
    return new EmochatProcess(args, { ...own, ...env }, cwd, stderr);
  }

  /** The address it prints once it listens. */
  async address(): Promise<string> {
    const printed = /^Starting the Fastify server of EmoChat at (http:\S+\/)$/m;
    while (!printed.test(this.stdout)) {
      if (this.child.exitCode !== null) throw new Error(`It ended before it listened:\n${this.stderr}`);
      await Promise.race([once(this.child.stdout ?? this.child, 'data'), once(this.child, 'exit')]);
    }
    return printed.exec(this.stdout)?.[1] ?? '';
  }

  /** Exit code, or the signal that ended it. */
  async ended(): Promise<number | NodeJS.Signals | null> {
    if (this.child.exitCode === null && this.child.signalCode === null) await once(this.child, 'exit');
    return this.child.exitCode ?? this.child.signalCode;
  }
}

/** `{"error": …}` or any other JSON body, with its status. */
export async function jsonOf(response: Response): Promise<{ status: number; body: Record<string, unknown> }> {
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}
