import { CommanderError } from 'commander';
import { printableLines } from '../common/printable.js';
import { UserError } from '../common/user-error.js';
import { localized } from './language.js';

/**
 * Runs the command line and says on stderr what went wrong.
 * @returns the exit code: 0; 2 for wrong usage; that of a {@link UserError}; 70 for a defect, whose stack is printed.
 */
export async function exitCodeOf(commandLine: () => Promise<unknown>): Promise<number> {
  try {
    await commandLine();
    return 0;
  } catch (error) {
    return report(error);
  }
}

function report(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  if (error instanceof UserError) {
    process.stderr.write(`Error: ${printableLines(localized(error.text))}\n`);
    return error.exitCode;
  }
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  return 70;
}
