import type { TrainingRows } from './forest-trainer.js';

/**
 * Spells split values with as few digits as can be without moving any training row to the other side:
 * a split lies half-way between two neighbouring values of its feature, and any number between them does the same.
 */
export class SplitShortener {
  readonly #dataset: TrainingRows;
  readonly #sorted = new Map<number, Float64Array>();

  constructor(dataset: TrainingRows) {
    this.#dataset = dataset;
  }

  /**
   * @param feature which feature is split.
   * @param splitValue rows with a smaller value go left.
   * @returns the value nearest to it, of the fewest significant digits that separate the same rows.
   */
  shorten(feature: number, splitValue: number): number {
    const values = this.#valuesOf(feature);
    const first = firstNotBelow(values, splitValue);
    const below = values[first - 1] ?? -Infinity;
    const above = values[first] ?? Infinity;
    for (let digits = 1; digits <= 17; digits++) {
      const short = Number(splitValue.toPrecision(digits));
      if (short > below && short <= above) return short;
    }
    return splitValue;
  }

  #valuesOf(feature: number): Float64Array {
    const known = this.#sorted.get(feature);
    if (known !== undefined) return known;
    const { features, rows, columns } = this.#dataset;
    const values = Float64Array.from(
      { length: rows },
      (_, row) => features[row * columns + feature] ?? 0,
    ).sort();
    this.#sorted.set(feature, values);
    return values;
  }
}

function firstNotBelow(sorted: Float64Array, value: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sorted[middle] ?? 0) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
