import { choleskyFactor, solveCholesky } from './linear-algebra.js';
import type { WeightedSum } from '../../../emotion/transforms/declaration.js';

/** Labelled rows to find discriminants in. */
export interface DiscriminantRows {
  /** `rows * columns` finite numbers, row by row. */
  features: Float64Array;
  /** The class of each row, counted from 0. */
  classes: Uint8Array;
  rows: number;
  columns: number;
}

/**
 * Linear discriminants (Fisher 1936; regularised as by Friedman 1989): the weighted sums of features that tell each class from the
 * mean of all classes when every class is normally distributed with the same covariance. Classes count alike, however many rows
 * they have. Of two classes one sum says all.
 *
 * @param noise standard deviation of independent noise that every feature is taken to have beside what the rows show: the larger,
 * the less the sums go by small differences between features, which another landmark model may see otherwise. Above 0.
 * @returns a sum a class with rows, weights and offset rounded to 6 significant digits.
 */
export function findDiscriminants(rows: DiscriminantRows, noise: number): WeightedSum[] {
  const means = classMeans(rows);
  const present = [...means.keys()].sort((a, b) => a - b);
  const factor = choleskyFactor(withinScatter(rows, means, noise), rows.columns);
  const centre = new Float64Array(rows.columns);
  for (const mean of means.values()) addScaled(centre, mean, 1 / means.size);
  const told = present.length === 2 ? present.slice(1) : present;
  return told.map((label) => {
    const difference = (means.get(label) ?? centre).slice();
    addScaled(difference, centre, -1);
    const weights = Array.from(solveCholesky(factor, difference), rounded);
    const offset = -weights.reduce((sum, weight, i) => sum + weight * at(centre, i), 0);
    return { offset: rounded(offset), weights };
  });
}

function classMeans({ features, classes, rows, columns }: DiscriminantRows): Map<number, Float64Array> {
  const means = new Map<number, Float64Array>();
  const counts = countRows(classes);
  for (let row = 0; row < rows; row++) {
    const label = at(classes, row);
    const mean = means.get(label) ?? new Float64Array(columns);
    addScaled(mean, features.subarray(row * columns, (row + 1) * columns), 1 / (counts.get(label) ?? 1));
    means.set(label, mean);
  }
  return means;
}

function countRows(classes: Uint8Array): Map<number, number> {
  const counts = new Map<number, number>();
  for (const label of classes) counts.set(label, (counts.get(label) ?? 0) + 1);
  return counts;
}

/** Mean of the classes' covariances, with the noise on its diagonal; the lower triangle, row by row. */
function withinScatter(
  { features, classes, rows, columns }: DiscriminantRows,
  means: ReadonlyMap<number, Float64Array>,
  noise: number,
): Float64Array {
  const counts = countRows(classes);
  const scatter = new Float64Array(columns * columns);
  const centred = new Float64Array(columns);
  for (let row = 0; row < rows; row++) {
    const label = at(classes, row);
    const mean = means.get(label) ?? centred;
    for (let i = 0; i < columns; i++) centred[i] = at(features, row * columns + i) - at(mean, i);
    const weight = 1 / (counts.size * (counts.get(label) ?? 1));
    for (let i = 0; i < columns; i++) {
      const scaled = weight * at(centred, i);
      for (let j = 0; j <= i; j++)
        scatter[i * columns + j] = at(scatter, i * columns + j) + scaled * at(centred, j);
    }
  }
  for (let i = 0; i < columns; i++)
    scatter[i * (columns + 1)] = at(scatter, i * (columns + 1)) + noise * noise;
  return scatter;
}

function addScaled(sum: Float64Array, values: Float64Array, scale: number): void {
  for (let i = 0; i < sum.length; i++) sum[i] = at(sum, i) + scale * at(values, i);
}

function rounded(value: number): number {
  return Number(value.toPrecision(6));
}

function at(values: ArrayLike<number>, index: number): number {
  return values[index] ?? 0;
}
