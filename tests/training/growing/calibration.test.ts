import { expect, test } from 'vitest';
import { calibrate } from '../../../src/emotion/calibration.js';
import { randomStream } from '../../../src/common/random.js';
import { fitCalibration } from '../../../src/training/growing/learning/fit-calibration.js';

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

test('finds how much surer the shares of a forest should be', async () => {
  const { slope, offsets } = await fitCalibration(timidShares(20_000, 2.5));
  expect(slope).toBeGreaterThan(2.3);
  expect(slope).toBeLessThan(2.7);
  expect(Math.abs(offsets[1] ?? NaN)).toBeLessThan(0.1);
});

test('rows that are equally all classes pull towards doubt', async () => {
  const held = timidShares(2000, 2.5);
  const doubtful = { ...held, truths: new Float64Array(4000).fill(0.5) };
  expect((await fitCalibration(doubtful)).slope).toBeLessThan(0.1);
});

test('rows without a single mistake make no certainty of it', async () => {
  const shares = Float64Array.from([1, 0, 0, 1, 0.9, 0.1, 0.2, 0.8]);
  const truths = Float64Array.from([1, 0, 0, 1, 1, 0, 0, 1]);
  const found = await fitCalibration({ shares, truths, weights: new Float64Array(4).fill(1), classes: 2 });
  expect([found.slope, ...found.offsets].every(Number.isFinite)).toBe(true);
  expect(found.slope).toBeLessThan(10);
});

/** Shares of a forest of one tree, which is always quite sure; of every ten rows of a class it is wrong about `wrong`. */
function haughtyShares(rows: number, classes: number, wrong: number) {
  const shares = new Float64Array(rows * classes);
  const truths = new Float64Array(rows * classes);
  for (let row = 0; row < rows; row++) {
    const truth = row % classes;
    const said = Math.floor(row / classes) % 10 < wrong ? (truth + 1) % classes : truth;
    truths[row * classes + truth] = 1;
    shares[row * classes + said] = 1;
  }
  return { shares, truths, weights: new Float64Array(rows).fill(1), classes };
}

/** Mean log-loss and share of rows whose likeliest class is the true one. */
function quality(found: { slope: number; offsets: number[] }, held: ReturnType<typeof haughtyShares>) {
  const { shares, truths, classes, weights } = held;
  let loss = 0;
  let right = 0;
  for (let row = 0; row < weights.length; row++) {
    const said = calibrate({ ...found, sure: 0 }, shares.subarray(row * classes, (row + 1) * classes));
    const truth = truths.subarray(row * classes, (row + 1) * classes).indexOf(1);
    loss -= Math.log(said[truth] ?? 0) / weights.length;
    right += Number(said.indexOf(Math.max(...said)) === truth) / weights.length;
  }
  return { loss, right };
}

test.each([
  [124, 2, 3],
  [5000, 2, 1],
  [5000, 5, 4],
])(
  'of %i rows, %i classes, a tree that is sure and wrong about %i in ten is made less sure, and says the same',
  async (rows, classes, wrong) => {
    const held = haughtyShares(rows, classes, wrong);
    const asIs = quality({ slope: 1, offsets: new Array<number>(classes).fill(0) }, held);
    const found = await fitCalibration(held);
    const { loss, right } = quality(found, held);
    expect(loss).toBeLessThan(asIs.loss);
    expect(right).toBeCloseTo(asIs.right, 6);
    expect(found.slope).toBeGreaterThan(0);
  },
);

test('hundreds of classes do not keep the main thread: it can be aborted', async () => {
  const controller = new AbortController();
  const fitting = fitCalibration(haughtyShares(2550, 255, 4), controller.signal);
  setTimeout(() => controller.abort(new Error('enough')), 10);
  await expect(fitting).rejects.toThrow('enough');
});

test('probabilities sum to 1 and keep their order, also of shares that are 0', () => {
  const probabilities = calibrate({ slope: 3, offsets: [0, 0, 0], sure: 0.5 }, [0.7, 0.3, 0]);
  expect(probabilities.reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 12);
  expect([...probabilities].sort((a, b) => b - a)).toEqual([...probabilities]);
  expect(probabilities[2]).toBeGreaterThan(0);
});
