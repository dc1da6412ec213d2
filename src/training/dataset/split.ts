import { UserError, type Message } from '../../common/user-error.js';
import { randomStream, shuffle } from '../../common/random.js';
import { texts } from '../texts.js';

/** Row numbers of both halves, shuffled. */
export interface Split {
  train: number[];
  test: number[];
}

/**
 * Splits rows at random so that both parts hold the classes in the same proportion, as far as whole rows allow.
 *
 * @param classes the class of each row.
 * @param testSize share of the rows to hold out, in (0, 1); rounded up to whole rows, as scikit-learn does.
 * @param seed the same seed gives the same split.
 * @throws UserError `TOO_FEW_ROWS` if a class would be missing from one of the parts.
 */
export function stratifiedSplit(classes: ArrayLike<number>, testSize: number, seed: number): Split {
  const random = randomStream(seed);
  const byClass = rowsByClass(classes);
  const testCounts = apportion(
    byClass.map((rows) => rows.length),
    Math.ceil(testSize * classes.length),
  );
  const split: Split = { train: [], test: [] };
  byClass.forEach((rows, i) => {
    const held = testCounts[i] ?? 0;
    if (held < 1) throw tooFewRows(rows.length, testSize, texts.larger);
    if (held >= rows.length) throw tooFewRows(rows.length, testSize, texts.smaller);
    shuffle(rows, random);
    split.test = split.test.concat(rows.slice(0, held));
    split.train = split.train.concat(rows.slice(held));
  });
  shuffle(split.train, random);
  shuffle(split.test, random);
  return split;
}

/**
 * As many rows of every class as the smallest has, drawn at random.
 *
 * @param classes the class of each row.
 * @returns row numbers in ascending order.
 */
export function balancedRows(classes: ArrayLike<number>, seed: number): number[] {
  const random = randomStream(seed);
  const byClass = rowsByClass(classes);
  const smallest = Math.min(...byClass.map((rows) => rows.length));
  byClass.forEach((rows) => shuffle(rows, random));
  return byClass.flatMap((rows) => rows.slice(0, smallest)).sort((a, b) => a - b);
}

/** The rows of each class, in ascending order; a list for each class that is there. */
export function rowsByClass(classes: ArrayLike<number>): number[][] {
  const rows = new Map<number, number[]>();
  Array.from(classes).forEach((label, row) => {
    const known = rows.get(label);
    if (known === undefined) rows.set(label, [row]);
    else known.push(row);
  });
  return [...rows].sort(([a], [b]) => a - b).map(([, list]) => list);
}

/** Shares out `total` in proportion to the counts, whole numbers, by the largest remainder. */
function apportion(counts: readonly number[], total: number): number[] {
  const all = counts.reduce((sum, n) => sum + n, 0);
  const shares = counts.map((n) => (n * total) / all);
  const whole = shares.map(Math.floor);
  const missing = total - whole.reduce((sum, n) => sum + n, 0);
  const byRemainder = shares
    .map((share, i) => ({ i, remainder: share - Math.floor(share) }))
    .sort((a, b) => b.remainder - a.remainder || a.i - b.i);
  for (const { i } of byRemainder.slice(0, missing)) whole[i] = (whole[i] ?? 0) + 1;
  return whole;
}

/** A share in percent, with every digit that it was given with: 0.0001 is not 0 %. */
export function percentOf(share: number): number {
  return Number((100 * share).toPrecision(12));
}

/** @param better which way the share to hold out would have to go. */
function tooFewRows(rows: number, testSize: number, better: Message): UserError {
  const percent = percentOf(testSize);
  // A single row cannot be both learnt and measured, whatever the share.
  const advice = rows < 2 ? texts.adviceToAdd : texts.adviceOnShare(better);
  return new UserError('TOO_FEW_ROWS', texts.tooFewRowsToHoldOut(rows, percent, advice));
}
