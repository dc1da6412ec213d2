import { root, show } from '../run.mjs';
import { runScript } from '../say.mjs';
import { summary } from './vitest.mjs';

/**
 * Sets up what the tests need, runs them, and ends with the line that sums them up; the exit code is 1 if anything failed.
 *
 * @param {string} command what a person types, to name a run that broke off.
 * @param {string[]} purposes flags for set-up, e.g. `--for-tests`.
 * @param {(runs: object[]) => Promise<void> | void} runAll adds the counts of each of its runs.
 */
export async function runSuites(command, purposes, runAll) {
  await runScript(async () => {
    const runs = [];
    const fail = (what) => runs.push({ passed: 0, failed: 1, skipped: 0, failures: [what] });
    try {
      if (show(process.execPath, [`${root}/scripts/setup.mjs`, ...purposes]) === 0) await runAll(runs);
      else fail('set-up');
    } catch (error) {
      fail(command);
      throw error;
    } finally {
      process.stdout.write(`${summary(runs)}\n`);
    }
    if (runs.some(({ failed }) => failed > 0)) process.exitCode = 1;
  });
}
