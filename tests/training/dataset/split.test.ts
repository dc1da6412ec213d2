import { expect, test } from 'vitest';
import { balancedRows, stratifiedSplit } from '../../../src/training/dataset/split.js';

const classes = Array.from({ length: 103 }, (_, i) => (i % 3 === 0 ? 1 : 0));

function countOf(rows: readonly number[], label: number): number {
  return rows.filter((row) => classes[row] === label).length;
}

test('every row is in exactly one part, and both parts have the classes in proportion', () => {
  const { train, test: held } = stratifiedSplit(classes, 0.2, 42);
  expect([...train, ...held].sort((a, b) => a - b)).toEqual(classes.map((_, row) => row));
  // 103 rows, 35 of class 1: 21 are held out, 7 of them of class 1.
  expect([held.length, countOf(held, 0), countOf(held, 1)]).toEqual([21, 14, 7]);
});

test('the seed decides, and nothing else', () => {
  const split = stratifiedSplit(classes, 0.2, 42);
  expect(stratifiedSplit(classes, 0.2, 42)).toEqual(split);
  expect(stratifiedSplit(classes, 0.2, 43).test).not.toEqual(split.test);
});

test('rows are shuffled: neither part is in the order of the file', () => {
  const { train, test: held } = stratifiedSplit(classes, 0.2, 42);
  expect(train).not.toEqual([...train].sort((a, b) => a - b));
  expect(held).not.toEqual([...held].sort((a, b) => a - b));
});

test('a class too small to be in both parts is refused', () => {
  expect(() => stratifiedSplit([0, 0, 0, 0, 1], 0.2, 42)).toThrow('train on the rest. Add photos');
});

test('a share that a class does not reach for: which one, and which way to go', () => {
  expect(() => stratifiedSplit(classes, 0.0001, 42)).toThrow('hold out 0.01 %');
  expect(() => stratifiedSplit(classes, 0.0001, 42)).toThrow('Ask for a larger share with --test-size');
  expect(() => stratifiedSplit(classes, 0.9999, 42)).toThrow('hold out 99.99 %');
  expect(() => stratifiedSplit(classes, 0.9999, 42)).toThrow('Ask for a smaller share with --test-size');
});

test('balancing keeps every row of the smallest class and draws as many of the others, anew for each seed', () => {
  const rows = balancedRows(classes, 1);
  expect([countOf(rows, 0), countOf(rows, 1), new Set(rows).size]).toEqual([35, 35, 70]);
  expect(rows.filter((row) => classes[row] === 1)).toHaveLength(35);
  expect(balancedRows(classes, 1)).toEqual(rows);
  expect(balancedRows(classes, 2)).not.toEqual(rows);
});
