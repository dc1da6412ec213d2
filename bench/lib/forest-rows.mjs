import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { SetupError } from '../../scripts/lib/say.mjs';

const script = join(import.meta.dirname, '..', 'python', 'sklearn_forest.py');
const run = promisify(execFile);

/**
 * Labelled rows.
 * @typedef {{ features: Float64Array, classes: Uint8Array, rows: number, columns: number }} Rows
 */

/** A seeded stream of numbers in [0, 1) (mulberry32). */
export function randomNumbers(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let bits = Math.imul(state ^ (state >>> 15), state | 1);
    bits ^= bits + Math.imul(bits ^ (bits >>> 7), bits | 61);
    return ((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32;
  };
}

/**
 * As many rows as wanted like those of real happy and sad faces: rows of the original's reference, drawn with replacement,
 * every coordinate moved by a hundredth of the face, normally distributed.
 * @returns {Rows}
 */
export function rowsLike(file, rows) {
  const real = readFileSync(file, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
    .filter(({ file: photo, features }) => photo.startsWith('faces/affect/') && features.length > 0);
  if (real.length === 0) throw new SetupError(`${file}: no hay filas.`, `${file}: there are no rows.`);
  const columns = real[0].features.length;
  const random = randomNumbers(rows);
  const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const drawn = Array.from({ length: rows }, () => real[Math.floor(random() * real.length)]);
  return {
    features: Float64Array.from(drawn.flatMap(({ features }) => features.map((x) => x + 0.01 * normal()))),
    classes: Uint8Array.from(drawn, ({ file: photo }) => Number(photo.includes('/sad/'))),
    rows,
    columns,
  };
}

/** Writes rows as `sklearn_forest.py` reads them. @param {Rows} rows @param {ArrayLike<number>} [folds] */
export function writeRows(file, { features, classes, rows, columns }, folds = new Uint8Array(rows)) {
  const all = new Float64Array(2 + features.length + 2 * rows);
  all.set([rows, columns]);
  all.set(features, 2);
  all.set(classes, 2 + features.length);
  all.set(folds, 2 + features.length + rows);
  writeFileSync(file, all);
}

/** Runs a task of `sklearn_forest.py`. */
export async function sklearn(...task) {
  const { stdout } = await run('/usr/bin/python3', [script, ...task.map(String)]);
  return JSON.parse(stdout);
}

/** The version of scikit-learn, or undefined if there is none. */
export async function sklearnVersion() {
  try {
    return await sklearn('version');
  } catch {
    return undefined;
  }
}
