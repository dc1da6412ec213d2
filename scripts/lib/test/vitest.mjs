import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join, relative } from 'node:path';
import { nodeTool, root, show } from '../run.mjs';

/**
 * Runs vitest once on this terminal.
 *
 * @param name what the run is called; its results are kept in `.cache/<name>.json`.
 * @param args filters and options for vitest.
 * @returns how many tests `passed`, `failed`, were `skipped`, and `failures`: what failed, and the first line of why. A file
 *   that does not load, a worker that dies, or a run that ends without its results counts as a failed test.
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
    return { passed: 0, failed: 1, skipped: 0, failures: ['vitest ended without its results'] };
  }
  const failures = report.testResults.flatMap(failuresOf);
  if (status !== 0 && failures.length === 0) failures.push(`vitest ended with exit code ${status}`);
  return {
    passed: report.numPassedTests,
    failed: failures.length,
    skipped: report.numPendingTests + report.numTodoTests,
    failures,
  };
}

function failuresOf({ name, status, message, assertionResults }) {
  const file = relative(root, name);
  if (status === 'failed' && assertionResults.length === 0) return [`${file}: ${firstLine(message)}`];
  return assertionResults
    .filter((test) => test.status === 'failed')
    .map((test) => `${file} > ${test.fullName}: ${firstLine(test.failureMessages[0])}`);
}

function firstLine(message) {
  return (message ?? '').trim().split('\n', 1)[0];
}

/** What failed in any of the runs, a line each; then `12 passed, 0 failed`, and `, 3 skipped` if any were. */
export function summary(runs) {
  const total = (count) => runs.reduce((sum, run) => sum + run[count], 0);
  const skipped = total('skipped');
  const counts = `${total('passed')} passed, ${total('failed')} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
  return [...runs.flatMap(({ failures }) => failures.map((failure) => `  ✗ ${failure}`)), counts].join('\n');
}
