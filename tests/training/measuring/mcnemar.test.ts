import { expect, test } from 'vitest';
import { mcnemar } from '../../../src/training/measuring/mcnemar.js';

function rightRows(bothRight: number, onlyThis: number, onlyOther: number): boolean[] {
  return [
    ...Array<boolean>(bothRight).fill(true),
    ...Array<boolean>(onlyThis).fill(true),
    ...Array<boolean>(onlyOther).fill(false),
    ...Array<boolean>(4).fill(false),
  ];
}

test.each([
  // scipy 1.10.1: binomtest(min(a, b), a + b, 0.5).pvalue
  [8, 2, 0.109375],
  [0, 6, 0.03125],
  [5, 5, 1],
  [700, 600, 0.006015793861044938],
  [1300, 900, 1.463722041926662e-17],
  [0, 0, 1],
])('%d rows for the one, %d for the other', (first, second, expected) => {
  const ours = rightRows(50, first, second);
  const theirs = rightRows(50, 0, 0).slice(0, 50);
  theirs.push(
    ...Array<boolean>(first).fill(false),
    ...Array<boolean>(second).fill(true),
    false,
    false,
    false,
    false,
  );
  const { onlyFirst, onlySecond, pValue } = mcnemar(ours, theirs);
  expect([onlyFirst, onlySecond]).toEqual([first, second]);
  expect(pValue / expected).toBeCloseTo(1, 9);
  expect(mcnemar(theirs, ours).pValue).toBe(pValue);
});

test('different numbers of rows are refused', () => {
  expect(() => mcnemar([true], [true, false])).toThrow('1 rows against 2');
});
