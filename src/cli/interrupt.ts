import { UserError } from '../common/user-error.js';
import { texts } from './texts/commands.js';

/**
 * Runs a piece of work that Ctrl-C (or SIGTERM) ends tidily: the signal it is given aborts with an error that says
 * that nothing was changed, exit code 130. A second Ctrl-C ends the process at once.
 */
export async function interruptible<Result>(work: (signal: AbortSignal) => Promise<Result>): Promise<Result> {
  const controller = new AbortController();
  const stop = (): void => controller.abort(interrupted());
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
  try {
    return await work(controller.signal);
  } finally {
    process.off('SIGINT', stop);
    process.off('SIGTERM', stop);
  }
}

function interrupted(): UserError {
  return new UserError('INTERRUPTED', texts.interrupted, { exitCode: 130 });
}
