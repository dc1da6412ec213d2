/**
 * `node bench/forest-accuracy.mjs data.txt [SEEDS]`: is our random forest as good as scikit-learn's? Cross-validates
 * both on the same rows and the same five folds, with 200 trees and as many seeds as told (20), and prints mean, standard
 * error and difference of the accuracies.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { runScript, SetupError } from '../scripts/lib/say.mjs';
import { averageProbabilities } from '../dist/emotion/compiled-forest.js';
import { readDataset, selectRows } from '../dist/training/dataset/dataset.js';
import { defaultForestOptions } from '../dist/training/growing/engines/forest-trainer.js';
import { trainer } from '../dist/training/growing/engines/native-forest-trainer.js';
import { randomNumbers, sklearn, sklearnVersion, writeRows } from './lib/forest-rows.mjs';

const folds = 5;

/** Rows of each class dealt out over the folds in a random order. */
function stratifiedFolds(classes) {
  const random = randomNumbers(1);
  const order = Array.from(classes, (label, row) => ({ label, row, key: random() }));
  order.sort((a, b) => a.label - b.label || a.key - b.key);
  const fold = new Uint8Array(classes.length);
  order.forEach(({ row }, place) => (fold[row] = place % folds));
  return fold;
}

/** Share of the held-out rows that our forest predicts right. */
async function validate(rows, fold, classes, seed) {
  let right = 0;
  for (let held = 0; held < folds; held++) {
    const numbers = Array.from(fold, (_, row) => row);
    const train = selectRows(
      rows,
      numbers.filter((row) => fold[row] !== held),
    );
    const options = { ...defaultForestOptions, seed, threads: availableParallelism() };
    const { compiled } = await trainer.train(train, classes, options);
    for (const row of numbers.filter((number) => fold[number] === held)) {
      const features = rows.features.subarray(row * rows.columns, (row + 1) * rows.columns);
      const shares = averageProbabilities(compiled, features);
      if (shares.indexOf(Math.max(...shares)) === rows.classes[row]) right += 1;
    }
  }
  return right / rows.rows;
}

function summary(values) {
  const mean = values.reduce((sum, x) => sum + x, 0) / values.length;
  const variance = values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / (values.length - 1);
  return { mean, error: Math.sqrt(variance / values.length) };
}

const line = (name, { mean, error }) =>
  process.stdout.write(`${name.padEnd(16)} ${(100 * mean).toFixed(3)} % ± ${(100 * error).toFixed(3)}\n`);

await runScript(async () => {
  const [file = 'data.txt', seeds = '20'] = process.argv.slice(2);
  const version = await sklearnVersion();
  if (version === undefined) {
    throw new SetupError('Falta scikit-learn: apt-get install python3-sklearn', 'There is no scikit-learn.');
  }
  const rows = await readDataset(file);
  const fold = stratifiedFolds(rows.classes);
  const folder = mkdtempSync(join(tmpdir(), 'emochat-bench-'));
  try {
    const path = join(folder, 'rows');
    writeRows(path, rows, fold);
    const ours = [];
    const theirs = [];
    for (let seed = 0; seed < Number(seeds); seed++) {
      ours.push(await validate(rows, fold, 1 + Math.max(...rows.classes), seed));
      theirs.push(await sklearn('validate', path, defaultForestOptions.trees, seed));
      process.stderr.write(`${seed}: ${ours.at(-1).toFixed(4)} ${theirs.at(-1).toFixed(4)}\n`);
    }
    const [own, other] = [summary(ours), summary(theirs)];
    line('emochat', own);
    line(`scikit-learn ${version}`, other);
    const error = Math.hypot(own.error, other.error);
    line('difference', { mean: own.mean - other.mean, error });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
