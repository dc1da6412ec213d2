/**
 * `npm run test:exhaustive`: the comparisons with OpenCV of `npm run test:full`, on everything there is instead of a sample: every
 * photo and every frame of every clip of the data sets, thousands of made pictures, every cascade, every instruction set, every face.
 * `npm run test:exhaustive -- -t made` runs what is called so.
 */
import { root, show } from './lib/run.mjs';
import { runScript, say, SetupError } from './lib/say.mjs';
import { runVitest, summary } from './lib/test/vitest.mjs';

await runScript(() => {
  if (show(process.execPath, [`${root}/scripts/setup.mjs`, '--for-tests']) !== 0) {
    throw new SetupError('La preparación no terminó.', 'Set-up did not end well.');
  }
  say(
    'Todo contra OpenCV: una hora en dos núcleos. Cada prueba dice por dónde va.',
    'Everything against OpenCV: an hour on two cores. Each test says how far it is.',
  );
  // One file at a time: each keeps all cores busy by itself.
  const args = ['tests/native/opencv-', '--no-file-parallelism', ...process.argv.slice(2)];
  const counts = runVitest('test-results-exhaustive', args, {
    EMOCHAT_TESTS: 'full',
    EMOCHAT_TEST_AMOUNT: 'all',
  });
  process.stdout.write(`${summary([counts])}\n`);
  if (counts.failed > 0) process.exitCode = 1;
});
