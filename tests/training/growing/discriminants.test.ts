import { expect, test } from 'vitest';
import { randomStream } from '../../../src/common/random.js';
import { findDiscriminants } from '../../../src/training/growing/learning/discriminants.js';

/** Rows of two features with the same spread in every class; `counts` rows around each of `centres`. */
function clouds(centres: [number, number][], counts: number[]) {
  const stream = randomStream(7);
  const random = () => stream(2 ** 30) / 2 ** 30;
  const gauss = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const rows = centres.flatMap(([x, y], label) =>
    Array.from({ length: counts[label] ?? 0 }, () => ({ label, values: [x + gauss(), y + 3 * gauss()] })),
  );
  return {
    features: Float64Array.from(rows.flatMap(({ values }) => values)),
    classes: Uint8Array.from(rows, ({ label }) => label),
    rows: rows.length,
    columns: 2,
  };
}

test('two classes: one sum, zero half-way, whatever the numbers of rows, that leaves out what does not tell them apart', () => {
  const found = findDiscriminants(clouds([[-2, 0], [2, 0]], [4000, 1000]), 1e-3); // prettier-ignore
  expect(found).toHaveLength(1);
  const {
    offset,
    weights: [across = NaN, along = NaN],
  } = found[0] ?? { offset: NaN, weights: [] };
  expect(across).toBeCloseTo(2, 0);
  expect(Math.abs(along / across)).toBeLessThan(0.02);
  expect(Math.abs(offset / across)).toBeLessThan(0.1);
});

test('three classes: each sum is largest in its class', () => {
  const found = findDiscriminants(clouds([[-9, 0], [9, 0], [0, 30]], [300, 300, 300]), 1e-3); // prettier-ignore
  const valueAt = (x: number, y: number) =>
    found.map(({ offset, weights }) => offset + (weights[0] ?? 0) * x + (weights[1] ?? 0) * y);
  expect(found).toHaveLength(3);
  const largest = [valueAt(-9, 0), valueAt(9, 0), valueAt(0, 30)].map((values) =>
    values.indexOf(Math.max(...values)),
  );
  expect(largest).toEqual([0, 1, 2]);
});

test('features that are constant or copies of each other are no obstacle', () => {
  const { features, classes, rows } = clouds([[-2, 0], [2, 0]], [50, 50]); // prettier-ignore
  const wide = Float64Array.from({ length: rows * 4 }, (_, i) =>
    i % 4 === 3 ? 5 : (features[2 * Math.floor(i / 4) + (i % 2)] ?? 0),
  );
  const found = findDiscriminants({ features: wide, classes, rows, columns: 4 }, 0.01);
  expect(found[0]?.weights.every(Number.isFinite)).toBe(true);
});
