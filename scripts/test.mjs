/**
 * `npm test`: set-up, all tests, and the addon's tests once more under the sanitizers. The last line sums them up.
 * `npm test -- tests/cli` runs those tests alone, without the sanitizers.
 */
import { modelsMirror } from './lib/model-files.mjs';
import { opencv4nodejsIsBuilt, provideOpencv4nodejs } from './lib/opencv4nodejs.mjs';
import { root, show } from './lib/run.mjs';
import { runSanitizedTests } from './lib/sanitized-tests.mjs';
import { runScript } from './lib/say.mjs';
import { runVitest, summary } from './lib/vitest.mjs';

await runScript(async () => {
  Object.assign(process.env, modelsMirror());
  const counts = { passed: 0, failed: 0, skipped: 0 };
  const add = (more) => Object.keys(counts).forEach((key) => (counts[key] += more[key]));
  try {
    if (show(process.execPath, [`${root}/scripts/setup.mjs`, '--for-tests']) === 0) await runAll(add);
    else counts.failed += 1;
  } catch (error) {
    counts.failed += 1;
    throw error;
  } finally {
    process.stdout.write(`${summary(counts)}\n`);
  }
  if (counts.failed > 0) process.exitCode = 1;
});

async function runAll(add) {
  const filters = process.argv.slice(2);
  // Minutes of compiling beside tests that watch the clock would make those fail.
  if (filters.length === 0 && !opencv4nodejsIsBuilt()) await provideOpencv4nodejs();
  add(runVitest('test-results', filters));
  if (filters.length === 0) add(runSanitizedTests());
}
