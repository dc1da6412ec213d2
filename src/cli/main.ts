#!/usr/bin/env node
import { existsSync } from 'node:fs';
import { CommanderError } from 'commander';
import { UserError } from '../common/user-error.js';
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

/** Reads the settings in `.env`, if there is one. */
function loadEnvironment(): void {
  if (!existsSync('.env')) return;
  try {
    process.loadEnvFile('.env');
  } catch (cause) {
    throw new UserError(
      'ENV_UNREADABLE',
      {
        es: 'No se puede leer .env. Debe ser un archivo de texto con líneas NOMBRE=valor.',
        en: '.env cannot be read. It must be a text file with lines NAME=value.',
      },
      { cause },
    );
  }
}

// Whoever reads our output has seen enough, as `| head` does; the work goes on without them.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
}

try {
  loadEnvironment();
  await buildProgram().parseAsync();
} catch (error) {
  process.exitCode = report(error);
}
