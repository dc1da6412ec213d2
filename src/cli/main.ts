#!/usr/bin/env node
import { Command, CommanderError } from 'commander';
import { UserError } from '../common/user-error.js';

/** The whole command line; each command registers itself from `commands/`. */
export function buildProgram(): Command {
  const program = new Command('emochat');
  program
    .description('La emoción de un rostro, segundo a segundo · The emotion on a face, second by second')
    .showHelpAfterError('(emochat --help)')
    .exitOverride();
  return program;
}

async function main(): Promise<void> {
  try {
    await buildProgram().parseAsync();
  } catch (error) {
    process.exitCode = report(error);
  }
}

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

await main();
