import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { chromiumRequirement, ffmpegRequirement } from '../support/browser.js';
import { startGeminiServer, type GeminiServer } from '../support/gemini-server.js';
import {
  facesDir,
  projectRoot,
  sharedCascade,
  sharedFacemark,
  testModelsDir,
  type Requirement,
} from '../support/shared.js';

const program = join(projectRoot, 'dist/cli/main.js');
const forest = process.env['EMOCHAT_MODEL'] ?? join(projectRoot, 'models/happy-sad.json');

export const sadThenHappy = join(facesDir, 'video/sad-then-happy.mp4');
export const noFace = join(facesDir, 'video/no-face.mp4');

/** What the page tests cannot do without: the built program, its models, a browser, the clips that its camera shows. */
export const pageRequirements: readonly Requirement[] = [
  program,
  join(projectRoot, 'build/Release/emochat.node'),
  forest,
  sharedCascade,
  sharedFacemark,
  sadThenHappy,
  noFace,
  chromiumRequirement,
  ffmpegRequirement,
];

export interface PageServer {
  /** Address of the page. */
  url: string;
  /** The stand-in for Gemini that it asks. */
  gemini: GeminiServer;
  close(): Promise<void>;
}

/**
 * `emochat serve` as a process of its own, on a free port unless told, with the real models and the stand-in for Gemini.
 */
export async function startPageServer(port = 0): Promise<PageServer> {
  const gemini = await startGeminiServer();
  const models = await testModelsDir();
  const server = spawn(process.execPath, [program, 'serve', '--host', '127.0.0.1', '--port', String(port)], {
    cwd: projectRoot,
    env: {
      ...process.env,
      EMOCHAT_MODELS_DIR: models,
      EMOCHAT_MODEL: forest,
      GEMINI_API_KEY: 'test',
      GEMINI_BASE_URL: gemini.url,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  const exited = once(server, 'exit');
  const url = await new Promise<string>((resolve, reject) => {
    const read = (chunk: Buffer) => {
      output += chunk.toString();
      const address = /http:\/\/\S+/.exec(output)?.[0];
      if (address !== undefined) resolve(address);
    };
    server.stdout.on('data', read);
    server.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
    void exited.then(() => reject(new Error(`emochat serve ended:\n${output}`)));
  });
  return {
    url,
    gemini,
    close: async () => {
      server.kill('SIGTERM');
      await exited;
      await gemini.close();
    },
  };
}
