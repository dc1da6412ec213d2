import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { projectRoot } from './shared.js';

/** The built command line; `npm test` builds it first. */
export const emochatCli = join(projectRoot, 'dist/cli/main.js');

export interface CliResult {
  /** `null` if a signal ended it. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunningCli {
  readonly child: ChildProcess;
  readonly result: Promise<CliResult>;
}

/** Starts `emochat …` as a process of its own; settings of the machine that runs the tests do not reach it. */
export function startEmochat(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
  cwd = projectRoot,
): RunningCli {
  const inherited = Object.entries(process.env).filter(([name]) => !/^(EMOCHAT|GEMINI)_/.test(name));
  const child = spawn(process.execPath, [emochatCli, ...args], {
    cwd,
    env: { ...Object.fromEntries(inherited), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  return { child, result: resultOf(child) };
}

/** Runs `emochat …` to its end. */
export function runEmochat(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<CliResult> {
  return startEmochat(args, env).result;
}

async function resultOf(child: ChildProcess): Promise<CliResult> {
  const text = { stdout: '', stderr: '' };
  child.stdout?.setEncoding('utf8').on('data', (chunk: string) => (text.stdout += chunk));
  child.stderr?.setEncoding('utf8').on('data', (chunk: string) => (text.stderr += chunk));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, ...text };
}
