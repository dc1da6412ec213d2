import { spawn, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { projectRoot, testModelsDir, type Requirement } from './shared.js';

const mainFile = join(projectRoot, 'dist/cli/main.js');

/** What running the built command line takes: the TypeScript build and the native addon. */
export const builtEmochat: readonly Requirement[] = [
  mainFile,
  join(projectRoot, 'build/Release/emochat.node'),
];

export interface Finished {
  /** Exit code; `null` if a signal ended it. */
  code: number | null;
  stdout: string;
  stderr: string;
}

/** A command under way. */
export interface RunningEmochat {
  process: ChildProcess;
  finished: Promise<Finished>;
}

/** Starts `emochat` with the models prepared for tests. */
export async function startEmochat(
  args: readonly string[],
  options: { cwd?: string; env?: NodeJS.ProcessEnv } = {},
): Promise<RunningEmochat> {
  const env = { ...process.env, EMOCHAT_MODELS_DIR: await testModelsDir(), ...options.env };
  const child = spawn(process.execPath, [mainFile, ...args], {
    env,
    ...(options.cwd !== undefined && { cwd: options.cwd }),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output.stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (output.stderr += text));
  const finished = new Promise<Finished>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, ...output }));
  });
  return { process: child, finished };
}

/** Runs `emochat` to its end. */
export async function runEmochat(
  args: readonly string[],
  options: { cwd?: string; env?: NodeJS.ProcessEnv } = {},
): Promise<Finished> {
  return (await startEmochat(args, options)).finished;
}
