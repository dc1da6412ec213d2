/** How two classifiers differ on the same rows. */
export interface McNemar {
  /** Rows that only the first, or only the second, predicts right. */
  onlyFirst: number;
  onlySecond: number;
  /**
   * Probability of a difference at least as large between two classifiers that err equally often: the exact two-sided
   * binomial test on the rows where just one of them is right (McNemar 1947; Edwards 1948 for the exact form). 1 if there is none.
   */
  pValue: number;
}

/**
 * McNemar's test of whether two classifiers err equally often. It is exact for any number of rows, so there is no chi-squared
 * approximation that would need many.
 *
 * @param firstRight, secondRight whether each row was predicted right; of the same length.
 * @throws RangeError if the lengths differ.
 */
export function mcnemar(firstRight: readonly boolean[], secondRight: readonly boolean[]): McNemar {
  if (firstRight.length !== secondRight.length) {
    throw new RangeError(`${firstRight.length} rows against ${secondRight.length}`);
  }
  const onlyFirst = firstRight.filter((right, row) => right && !secondRight[row]).length;
  const onlySecond = secondRight.filter((right, row) => right && !firstRight[row]).length;
  return { onlyFirst, onlySecond, pValue: signTest(onlyFirst, onlySecond) };
}

/** Twice the chance of at most the smaller count among as many tosses of a fair coin, at most 1. */
function signTest(heads: number, tails: number): number {
  const tosses = heads + tails;
  // In logarithms: 2^-n alone is below what a double can hold from 1,075 tosses on.
  let logTerm = -tosses * Math.LN2;
  let tail = 0;
  for (let k = 0; k <= Math.min(heads, tails); k++) {
    tail += Math.exp(logTerm);
    logTerm += Math.log((tosses - k) / (k + 1));
  }
  return Math.min(1, 2 * tail);
}
