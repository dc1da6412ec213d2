import { setImmediate as nextTurn } from 'node:timers/promises';
import { faceRow, type Dataset } from '../dataset/dataset.js';
import type { EmotionForest } from '../../emotion/forest.js';
import { derivedSeed, randomStream, shuffle } from '../../common/random.js';

/** Rows that are enough to see which landmarks count; more make it slower, not clearer. */
const mostRows = 400;

/**
 * Which landmarks a forest goes by: permutation importance (Breiman 2001) with both coordinates of a landmark moved together.
 * A landmark's is the mean loss of probability of the true class when every face gets that landmark from another face.
 * Landmarks that say the same thing share the importance, so each is a lower bound. Gives way to other work now and then.
 *
 * @param dataset rows as for the forest; 400 of them, drawn at random, are enough.
 * @param seed the same seed gives the same numbers.
 * @returns a number a landmark, in [-1, 1]; about 0 or below means that it is not needed.
 * @throws the signal's reason if it is aborted.
 */
export async function landmarkImportance(
  forest: EmotionForest,
  dataset: Dataset,
  seed: number,
  signal?: AbortSignal,
): Promise<Float64Array> {
  const rows = drawnRows(dataset.rows, seed);
  const whole = rows.reduce((sum, row) => sum + truthShare(forest, dataset, row, rowOf(dataset, row)), 0);
  const importance = new Float64Array(dataset.columns / 2);
  for (let landmark = 0; landmark < importance.length; landmark++) {
    signal?.throwIfAborted();
    const donors = [...rows];
    shuffle(donors, randomStream(derivedSeed(seed, landmark)));
    const sum = rows.reduce((total, row, i) => {
      const moved = withLandmarkOf(dataset, row, donors[i] ?? row, landmark);
      return total + truthShare(forest, dataset, row, moved);
    }, 0);
    importance[landmark] = (whole - sum) / rows.length;
    await nextTurn();
  }
  return importance;
}

function drawnRows(rows: number, seed: number): number[] {
  const all = Array.from({ length: rows }, (_, row) => row);
  shuffle(all, randomStream(seed));
  return all.slice(0, mostRows);
}

function rowOf({ features, columns }: Dataset, row: number): Float64Array {
  return features.subarray(row * columns, (row + 1) * columns);
}

function withLandmarkOf(dataset: Dataset, row: number, donor: number, landmark: number): Float64Array {
  const moved = rowOf(dataset, row).slice();
  moved.set(rowOf(dataset, donor).subarray(2 * landmark, 2 * landmark + 2), 2 * landmark);
  return moved;
}

function truthShare(forest: EmotionForest, dataset: Dataset, row: number, features: Float64Array): number {
  const truth = forest.labels[dataset.classes[row] ?? 0] ?? '';
  return forest.predict(features, faceRow(dataset, row).description).probabilities[truth] ?? 0;
}
