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
  const runs = [];
  const fail = (what) => runs.push({ passed: 0, failed: 1, skipped: 0, failures: [what] });
  try {
    if (show(process.execPath, [`${root}/scripts/setup.mjs`, '--for-tests']) === 0) await runAll(runs);
    else fail('set-up');
  } catch (error) {
    fail('npm test');
    throw error;
  } finally {
    process.stdout.write(`${summary(runs)}\n`);
  }
  if (runs.some(({ failed }) => failed > 0)) process.exitCode = 1;
});

async function runAll(runs) {
  const filters = process.argv.slice(2);
  // Minutes of compiling beside tests that watch the clock would make those fail.
  if (filters.length === 0 && !opencv4nodejsIsBuilt()) await provideOpencv4nodejs();
  runs.push(runVitest('test-results', filters));
  if (filters.length === 0) runs.push(runSanitizedTests());
}
