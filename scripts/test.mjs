/**
 * `npm test`: set-up, and the tests that need nothing beside the checkout. The last line sums them up.
 * `npm test -- tests/cli` runs those tests alone.
 */
import { runSuites } from './lib/test/test-suites.mjs';
import { runVitest } from './lib/test/vitest.mjs';

await runSuites('npm test', ['--for-tests'], (runs) => {
  runs.push(runVitest('test-results', process.argv.slice(2)));
});
