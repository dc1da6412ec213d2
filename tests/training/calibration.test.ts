import { expect, test } from 'vitest';
import { calibrate, fitCalibration } from '../../src/training/calibration.js';
import { randomStream } from '../../src/training/random.js';

/** Shares that are less sure than they could be: the truth is drawn with probabilities of `slope` times the log-odds. */
function timidShares(rows: number, slope: number) {
  const stream = randomStream(3);
  const random = () => stream(2 ** 30) / 2 ** 30;
  const shares = new Float64Array(2 * rows);
  const truths = new Float64Array(2 * rows);
  for (let row = 0; row < rows; row++) {
    const share = 0.1 + 0.8 * random();
    shares.set([share, 1 - share], 2 * row);
    const [probability = 0] = calibrate({ slope, offsets: [0, 0], sure: 0 }, [share, 1 - share]);
    truths[2 * row + Number(random() >= probability)] = 1;
  }
  return { shares, truths, weights: new Float64Array(rows).fill(1), classes: 2 };
}

test('finds how much surer the shares of a forest should be', () => {
  const { slope, offsets } = fitCalibration(timidShares(20_000, 2.5));
  expect(slope).toBeGreaterThan(2.3);
  expect(slope).toBeLessThan(2.7);
  expect(Math.abs(offsets[1] ?? NaN)).toBeLessThan(0.1);
});

test('rows that are equally all classes pull towards doubt', () => {
  const held = timidShares(2000, 2.5);
  const doubtful = { ...held, truths: new Float64Array(4000).fill(0.5) };
  expect(fitCalibration(doubtful).slope).toBeLessThan(0.1);
});

test('rows without a single mistake make no certainty of it', () => {
  const shares = Float64Array.from([1, 0, 0, 1, 0.9, 0.1, 0.2, 0.8]);
  const truths = Float64Array.from([1, 0, 0, 1, 1, 0, 0, 1]);
  const found = fitCalibration({ shares, truths, weights: new Float64Array(4).fill(1), classes: 2 });
  expect([found.slope, ...found.offsets].every(Number.isFinite)).toBe(true);
  expect(found.slope).toBeLessThan(10);
});

test('probabilities sum to 1 and keep their order, also of shares that are 0', () => {
  const probabilities = calibrate({ slope: 3, offsets: [0, 0, 0], sure: 0.5 }, [0.7, 0.3, 0]);
  expect(probabilities.reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 12);
  expect([...probabilities].sort((a, b) => b - a)).toEqual([...probabilities]);
  expect(probabilities[2]).toBeGreaterThan(0);
});
