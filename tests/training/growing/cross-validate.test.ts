import { expect, test } from 'vitest';
import { countTrees } from '../../../src/training/growing/count-trees.js';
import { estimate } from '../../../src/training/growing/cross-validate.js';

function split(train: number, held: number) {
  return { train: new Array<number>(train).fill(0), test: new Array<number>(held).fill(0) };
}

test('the standard error allows for the rows that the splits share', () => {
  // By hand: mean 0.8, variance 0.0025, times 1/5 + 20/80.
  const splits = Array.from({ length: 5 }, () => split(80, 20));
  const { mean, standardError } = estimate([0.75, 0.8, 0.85, 0.85, 0.75], splits);
  expect(mean).toBeCloseTo(0.8, 12);
  expect(standardError).toBeCloseTo(Math.sqrt(0.0025 * 0.45), 12);
});

test('one result has no standard error to speak of', () => {
  expect(estimate([0.7], [split(80, 20)])).toEqual({ mean: 0.7, standardError: 0 });
});

test('trees of forest after forest are counted on', () => {
  const counts: number[] = [];
  const counting = countTrees({ onTree: (done) => counts.push(done) });
  const first = counting.next();
  first.onTree?.(1);
  first.onTree?.(3);
  const second = counting.next();
  second.onTree?.(2);
  second.onTree?.(3);
  expect(counts).toEqual([1, 3, 5, 6]);
});
