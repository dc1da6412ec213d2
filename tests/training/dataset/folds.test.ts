import { describe, expect, test } from 'vitest';
import {
  groupedFolds,
  groupedSplit,
  planSplits,
  stratifiedFolds,
} from '../../../src/training/dataset/folds.js';
import { stratifiedSplit, type Split } from '../../../src/training/dataset/split.js';

/** 103 rows, 35 of class 1. */
const classes = Array.from({ length: 103 }, (_, row) => (row % 3 === 0 ? 1 : 0));

function shareOf(rows: readonly number[], label: number, of: readonly number[] = classes): number {
  return rows.filter((row) => of[row] === label).length / of.filter((other) => other === label).length;
}

function ascending(rows: readonly number[]): number[] {
  return [...rows].sort((a, b) => a - b);
}

/** Each row is in one half of each split, and held out once in all. */
function expectPartition(splits: readonly Split[], rows: number): void {
  const all = Array.from({ length: rows }, (_, row) => row);
  for (const { train, test: held } of splits) expect(ascending([...train, ...held])).toEqual(all);
  expect(ascending(splits.flatMap((split) => split.test))).toEqual(all);
}

describe('stratified folds', () => {
  test('hold every row out once; parts differ by one row of a class and by one row in all', () => {
    const folds = stratifiedFolds(classes, 5, 42);
    expectPartition(folds, 103);
    const sizes = folds.map((split) => split.test.length);
    expect(ascending(sizes)).toEqual([20, 20, 21, 21, 21]);
    const ofOne = folds.map((split) => split.test.filter((row) => classes[row] === 1).length);
    expect(ofOne).toEqual([7, 7, 7, 7, 7]);
  });

  test('the seed decides, and nothing else', () => {
    expect(stratifiedFolds(classes, 5, 42)).toEqual(stratifiedFolds(classes, 5, 42));
    expect(stratifiedFolds(classes, 5, 43)).not.toEqual(stratifiedFolds(classes, 5, 42));
  });

  test('a class with fewer rows than parts is refused', () => {
    expect(() => stratifiedFolds([0, 0, 0, 0, 0, 1, 1], 3, 42)).toThrow(
      'has only 2 rows: too few for 3 parts',
    );
  });
});

/** People with 1 to 9 photos each, some of one class, some of both. */
const people = Array.from({ length: 40 }, (_, person) =>
  Array.from({ length: 1 + (person % 9) }, () => person),
).flat();
const groups = people.map((person) => `person-${person}`);
const groupClasses = people.map((person, row) => (person % 3 === 2 ? row % 2 : person % 3));

describe('folds by group', () => {
  const folds = groupedFolds(groupClasses, groups, 5, 42);

  test('nobody is learnt and held out at once; every row is held out once', () => {
    expectPartition(folds, groups.length);
    for (const { train, test: held } of folds) {
      const learnt = new Set(train.map((row) => groups[row]));
      expect(held.filter((row) => learnt.has(groups[row]))).toEqual([]);
    }
  });

  test('parts have about the same of every class', () => {
    for (const { test: held } of folds) {
      for (const label of [0, 1]) {
        expect(shareOf(held, label, groupClasses)).toBeGreaterThan(0.14);
        expect(shareOf(held, label, groupClasses)).toBeLessThan(0.26);
      }
    }
  });

  test('another seed gives other parts, though people have different numbers of photos', () => {
    expect(groupedFolds(groupClasses, groups, 5, 43)).not.toEqual(folds);
  });

  test('fewer people than parts, or an emotion of one person alone, are refused', () => {
    expect(() => groupedFolds([0, 1, 0, 1], ['a', 'a', 'b', 'b'], 3, 42)).toThrow(
      '2 groups (--group-by) do not reach',
    );
    expect(() => groupedFolds([0, 0, 0, 1], ['a', 'b', 'c', 'd'], 2, 42)).toThrow(
      '4 groups (--group-by) do not reach',
    );
  });
});

describe('one split by group', () => {
  test('holds out about the share asked for, of every class, and whole people', () => {
    const { train, test: held } = groupedSplit(groupClasses, groups, 0.2, 42);
    const learnt = new Set(train.map((row) => groups[row]));
    expect(held.filter((row) => learnt.has(groups[row]))).toEqual([]);
    for (const label of [0, 1]) {
      expect(shareOf(held, label, groupClasses)).toBeGreaterThan(0.13);
      expect(shareOf(held, label, groupClasses)).toBeLessThan(0.27);
    }
  });

  test('as many people as rows: the size is met as without groups', () => {
    const { test: held } = groupedSplit(
      classes,
      classes.map((_, row) => `${row}`),
      0.2,
      42,
    );
    expect(held.length).toBeGreaterThanOrEqual(20);
    expect(held.length).toBeLessThanOrEqual(22);
  });

  test('an emotion of one person alone cannot be both learnt and measured', () => {
    expect(() => groupedSplit([0, 0, 0, 1], ['a', 'b', 'c', 'd'], 0.5, 42)).toThrow(
      'with 50 % held out an emotion would be missing',
    );
  });
});

describe('a plan', () => {
  const plan = { folds: null, repeats: 1, testSize: 0.2, seed: 42 };

  test("without folds is the original's split first, and then others", () => {
    const splits = planSplits(classes, { ...plan, repeats: 3 });
    expect(splits).toHaveLength(3);
    expect(splits[0]).toEqual(stratifiedSplit(classes, 0.2, 42));
    expect(new Set(splits.map((split) => JSON.stringify(split))).size).toBe(3);
  });

  test('with folds does all of them at every repeat, shuffled anew', () => {
    const splits = planSplits(classes, { ...plan, folds: 4, repeats: 2 });
    expectPartition(splits.slice(0, 4), 103);
    expectPartition(splits.slice(4), 103);
    expect(splits[4]).not.toEqual(splits[0]);
  });
});
