/**
 * `npm run test:full`: what takes long. The window of `test-webcam`, whose package is built first, everything over the data
 * sets if they are there, and the addon's tests once more under the sanitizers. The last line sums them up.
 * `npm run test:full -- tests/vision` runs those of the long tests alone, without the sanitizers.
 */
import { datasetsDir, haveDatasets } from './lib/models/datasets.mjs';
import { opencv4nodejsIsBuilt, provideOpencv4nodejs } from './lib/setup/opencv4nodejs.mjs';
import { runSanitizedTests } from './lib/test/sanitized-tests.mjs';
import { say } from './lib/say.mjs';
import { runSuites } from './lib/test/test-suites.mjs';
import { runVitest } from './lib/test/vitest.mjs';

await runSuites('npm run test:full', ['--for-tests', '--for-full-tests'], async (runs) => {
  const filters = process.argv.slice(2);
  if (!haveDatasets) {
    say(
      `No hay conjuntos de datos en ${datasetsDir} (EMOCHAT_DATASETS): lo que los necesita se omite.`,
      `There are no data sets in ${datasetsDir} (EMOCHAT_DATASETS): what needs them is skipped.`,
    );
  }
  // Minutes of compiling beside tests that watch the clock would make those fail.
  if (filters.length === 0 && !opencv4nodejsIsBuilt()) await provideOpencv4nodejs();
  runs.push(runVitest('test-results-full', filters, { EMOCHAT_TESTS: 'full' }));
  if (filters.length === 0) runs.push(runSanitizedTests());
});
