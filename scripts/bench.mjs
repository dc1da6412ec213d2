/**
 * `npm run bench`: how fast we are, against OpenCV, in one run: interleaved rounds, medians and their ratios, as tables and as
 * a JSON file. It measures and judges no test: nothing fails by the clock. `npm run bench -- --help` says what it takes.
 */
import { root, show } from './lib/run.mjs';
import { runScript, SetupError } from './lib/say.mjs';

await runScript(async () => {
  if (show(process.execPath, [`${root}/scripts/setup.mjs`, '--for-tests']) !== 0) {
    throw new SetupError('La preparación no terminó.', 'Set-up did not end well.');
  }
  // What it is written with is there only after set-up.
  const { bench } = await import('../bench/bench.mjs');
  await bench(process.argv);
});
