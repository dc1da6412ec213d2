import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import { runCommandLine } from '../../src/cli/command-line.js';
import { projectRoot } from './checkout.js';

/** The built command line; `npm test` builds it first. */
export const emochatCli = join(projectRoot, 'dist/cli/main.js');

export interface CliResult {
  /** `null` if a signal ended it. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** What `emochat analyze --json` prints of a photo. */
export interface AnalysedLine {
  file: string;
  width: number;
  height: number;
  error?: string;
  code?: string;
  faces: {
    box: number[];
    landmarks: [number, number][];
    features: number[];
    emotion: string;
    probabilities: Record<string, number>;
  }[];
}

export interface RunningCli {
  readonly child: ChildProcess;
  readonly result: Promise<CliResult>;
}

type Environment = Readonly<Record<string, string>>;

/** The environment of these tests without the settings of the machine that runs them, in English, and with `own` ones. */
function environmentWith(own: Environment): NodeJS.ProcessEnv {
  const inherited = Object.entries(process.env).filter(([name]) => !/^(EMOCHAT|GEMINI)_/.test(name));
  return { ...Object.fromEntries(inherited), LC_ALL: 'C.UTF-8', ...own };
}

/** Starts `emochat …` as a process of its own: for signals, pipes, and what needs the built files. */
export function startEmochat(args: readonly string[], env: Environment = {}, cwd = projectRoot): RunningCli {
  const child = spawn(process.execPath, [emochatCli, ...args], {
    cwd,
    env: environmentWith(env),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  return { child, result: resultOf(child) };
}

/**
 * Runs `emochat …` to its end in this process, which takes a tenth of the time of one of its own. It reads no `.env`, and must not
 * be called twice at once.
 */
export async function runEmochat(args: readonly string[], env: Environment = {}): Promise<CliResult> {
  const before = process.env;
  const text = { stdout: '', stderr: '' };
  const release = [
    collect(process.stdout, (chunk) => (text.stdout += chunk)),
    collect(process.stderr, (chunk) => (text.stderr += chunk)),
  ];
  process.env = environmentWith(env);
  try {
    const code = await runCommandLine(args, join(tmpdir(), 'emochat-no-such.env'));
    return { code, ...text };
  } finally {
    process.env = before;
    for (const undo of release) undo();
  }
}

/** Sends what is written to a stream elsewhere, until the function that it returns is called. */
function collect(stream: NodeJS.WriteStream, take: (chunk: string) => void): () => void {
  const write = stream.write.bind(stream);
  stream.write = (chunk: string | Uint8Array): boolean => {
    take(typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString());
    return true;
  };
  return () => {
    stream.write = write;
  };
}

/** Waits until a command writes a file in that folder, under its temporary name: from then on a Ctrl-C comes in the middle. */
export async function fileBegun(folder: string): Promise<void> {
  const names = (): Promise<string[]> => readdir(folder);
  await expect.poll(names, { interval: 5 }).toContainEqual(expect.stringMatching(/\.part$/));
}

async function resultOf(child: ChildProcess): Promise<CliResult> {
  const text = { stdout: '', stderr: '' };
  child.stdout?.setEncoding('utf8').on('data', (chunk: string) => (text.stdout += chunk));
  child.stderr?.setEncoding('utf8').on('data', (chunk: string) => (text.stderr += chunk));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, ...text };
}
