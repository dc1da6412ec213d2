import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { nodeTool, root, show } from './run.mjs';

/**
 * Runs vitest once on this terminal.
 *
 * @param name what the run is called; its results are kept in `.cache/<name>.json`.
 * @param args filters and options for vitest.
 * @returns how many tests `passed`, `failed`, were `skipped`. A file that does not load, a worker that dies, or a run that
 *   ends without its results counts as a failed test.
 */
export function runVitest(name, args, env = {}) {
  const results = join(root, '.cache', `${name}.json`);
  mkdirSync(join(root, '.cache'), { recursive: true });
  rmSync(results, { force: true });
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${results}`];
  const status = show(process.execPath, [nodeTool('vitest/vitest.mjs'), 'run', ...reporters, ...args], {
    env: { ...process.env, ...env },
  });
  return countTests(results, status);
}

function countTests(results, status) {
  let report;
  try {
    report = JSON.parse(readFileSync(results, 'utf8'));
  } catch {
    return { passed: 0, failed: 1, skipped: 0 };
  }
  const unloaded = report.testResults.filter(
    ({ status, assertionResults }) => status === 'failed' && assertionResults.length === 0,
  ).length;
  const failed = report.numFailedTests + unloaded;
  return {
    passed: report.numPassedTests,
    failed: status !== 0 && failed === 0 ? 1 : failed,
    skipped: report.numPendingTests + report.numTodoTests,
  };
}

/** `12 passed, 0 failed`, and `, 3 skipped` if any were. */
export function summary({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}
