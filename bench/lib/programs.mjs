import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

/**
 * Runs a program that reports in JSON, one object a line; lines that are none (OpenCV prints some) are passed over.
 *
 * @param {string} program
 * @param {(string | number)[]} args
 * @param {(line: object) => void} [onLine] called with every object as it comes.
 * @returns {Promise<object[]>} all of them.
 * @throws Error with what the program said, if it fails.
 */
export async function jsonLines(program, args, onLine = () => undefined) {
  const lines = [];
  await readLines(program, args, (text) => {
    if (!text.startsWith('{')) return;
    const line = JSON.parse(text);
    lines.push(line);
    onLine(line);
  });
  return lines;
}

/** Runs a program that prints one JSON object, on as many lines as it likes. @throws Error as {@link jsonLines}. */
export async function jsonObject(program, args) {
  const lines = [];
  await readLines(program, args, (text) => lines.push(text));
  return JSON.parse(lines.join('\n'));
}

async function readLines(program, args, onLine) {
  const child = spawn(program, args.map(String), { stdio: ['ignore', 'pipe', 'pipe'] });
  let errors = '';
  child.stderr.on('data', (chunk) => (errors += chunk));
  const ended = new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => resolve(code ?? signal));
  });
  for await (const text of createInterface({ input: child.stdout })) onLine(text);
  const status = await ended;
  if (status !== 0) throw new Error(`${program} ended with ${status}: ${errors.trim()}`);
}
