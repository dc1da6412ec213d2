#!/usr/bin/env node
import { CommanderError } from 'commander';
import { UserError } from '../common/user-error.js';
import { loadEnvironment } from './environment.js';
import { buildProgram } from './program.js';

/** Prints what went wrong, both languages, on stderr; gives the exit code. */
function report(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  if (error instanceof UserError) {
    process.stderr.write(`Error: ${error.text.es}\n       ${error.text.en}\n`);
    return error.exitCode;
  }
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  return 70;
}

// Whoever reads our output has seen enough, as `| head` does; the work goes on without them.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
}

try {
  loadEnvironment(process.env, '.env');
  await buildProgram().parseAsync();
} catch (error) {
  process.exitCode = report(error);
}
