/** `npm run test:sanitize`: the addon's tests under AddressSanitizer and UndefinedBehaviorSanitizer. */
import { runSanitizedTests } from './lib/test/sanitized-tests.mjs';
import { runScript } from './lib/say.mjs';
import { summary } from './lib/test/vitest.mjs';

await runScript(() => {
  const counts = runSanitizedTests(process.argv.slice(2));
  process.stdout.write(`${summary([counts])}\n`);
  if (counts.failed > 0) process.exitCode = 1;
});
