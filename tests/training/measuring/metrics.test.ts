import { describe, expect, test } from 'vitest';
import { computeMetrics, type Predictions } from '../../../src/training/measuring/metrics.js';

/** Ten rows of three classes; the expected numbers are scikit-learn 1.2.1's on these rows unless said otherwise. */
const threeClasses: Predictions = {
  labels: ['A', 'B', 'C'],
  truth: [0, 0, 0, 0, 1, 1, 1, 2, 2, 0],
  probabilities: Float64Array.from(
    [
      [0.7, 0.2, 0.1],
      [0.5, 0.3, 0.2],
      [0.3, 0.6, 0.1],
      [0.9, 0.1, 0],
      [0.2, 0.7, 0.1],
      [0.45, 0.35, 0.2],
      [0, 1, 0],
      [0.1, 0.3, 0.6],
      [0.6, 0.4, 0],
      [0.4, 0.4, 0.2],
    ].flat(),
  ),
};

describe('what is measured', () => {
  const metrics = computeMetrics(threeClasses);

  test('accuracy, balanced accuracy and confusion matrix; of equals the first class is said', () => {
    expect(metrics.rows).toBe(10);
    expect(metrics.accuracy).toBeCloseTo(0.7, 12);
    expect(metrics.balancedAccuracy).toBeCloseTo(0.6555555555555556, 12);
    expect(metrics.confusionMatrix).toEqual([
      [4, 1, 0],
      [1, 2, 0],
      [1, 0, 1],
    ]);
  });

  test('precision, recall and F1 of each class', () => {
    const of = (key: 'precision' | 'recall' | 'f1' | 'support') => metrics.perClass.map((one) => one[key]);
    const close = (expected: number[]) => expected.map((value) => expect.closeTo(value, 12) as number);
    expect(of('precision')).toEqual(close([2 / 3, 2 / 3, 1]));
    expect(of('recall')).toEqual(close([0.8, 2 / 3, 0.5]));
    expect(of('f1')).toEqual(close([0.7272727272727272, 2 / 3, 2 / 3]));
    expect(of('support')).toEqual([5, 3, 2]);
  });

  test('of the rows whose emotion was named, how many are right; by default all were', () => {
    const of = (predictions: Predictions) =>
      computeMetrics(predictions).perClass.map(({ named, namedPrecision }) => [named, namedPrecision]);
    expect(of(threeClasses)).toEqual([
      [6, 2 / 3],
      [3, 2 / 3],
      [1, 1],
    ]);
    const sure = Uint8Array.from([1, 0, 1, 1, 1, 0, 1, 0, 1, 0]);
    expect(of({ ...threeClasses, sure })).toEqual([
      [3, 2 / 3],
      [3, 2 / 3],
      [0, null],
    ]);
  });

  test('log-loss, with a share of zero held at the smallest step of a double, and Brier score', () => {
    expect(metrics.logLoss).toBeCloseTo(4.123642225767715, 10);
    expect(metrics.brier).toBeCloseTo(0.4545, 12);
    const twoClasses = computeMetrics({
      labels: ['A', 'B'],
      truth: [0, 1, 1, 0, 1, 0],
      probabilities: Float64Array.from([0.9, 0.1, 0.1, 0.9, 0.6, 0.4, 0.4, 0.6, 0, 1, 0.7, 0.3]),
    });
    expect(twoClasses.brier).toBeCloseTo(0.13833333333333334, 12);
    expect(twoClasses.logLoss).toBeCloseTo(0.3999962398337826, 12);
  });

  test('calibration: rows by their confidence, and how far it is from what is right', () => {
    // By hand: |0.4 − 1|·1, |0.475 − 0.5|·2, |0.6 − 1/3|·3, |0.7 − 1|·2, |0.9 − 1|·1, 0, over ten rows.
    expect(metrics.calibrationError).toBeCloseTo(0.215, 12);
    expect(metrics.reliability.map(({ rows }) => rows)).toEqual([0, 0, 0, 1, 2, 3, 2, 0, 1, 1]);
    expect(metrics.reliability[5]).toMatchObject({ from: 0.5, to: 0.6, rows: 3 });
    expect(metrics.reliability[5]?.confidence).toBeCloseTo(0.6, 12);
    expect(metrics.reliability[5]?.accuracy).toBeCloseTo(1 / 3, 12);
    expect(metrics.reliability[0]).toMatchObject({ confidence: null, accuracy: null });
  });

  test.each([
    // scipy 1.10.1: binomtest(right, rows).proportion_ci(0.95, 'wilson').
    [6, 10, 0.3126737697336583, 0.8318196702937639],
    [10, 10, 0.7224672001371109, 1],
    [0, 5, 0, 0.43448246478317476],
  ])('%d right of %d: the interval of the accuracy', (right, rows, low, high) => {
    const { accuracyInterval } = computeMetrics({
      labels: ['A', 'B'],
      truth: Array.from({ length: rows }, (_, row) => (row < right ? 0 : 1)),
      probabilities: Float64Array.from({ length: 2 * rows }, (_, i) => (i % 2 === 0 ? 1 : 0)),
    });
    expect(accuracyInterval[0]).toBeCloseTo(low, 12);
    expect(accuracyInterval[1]).toBeCloseTo(high, 12);
  });
});

describe('classes that are not there', () => {
  const metrics = computeMetrics({
    labels: ['A', 'B', 'C'],
    truth: [0, 0, 1],
    probabilities: Float64Array.from([0.8, 0, 0.2, 0.1, 0, 0.9, 0.7, 0.2, 0.1]),
  });

  test('have no recall, ones never said no precision, and neither is taken for 0', () => {
    const [a, b, c] = metrics.perClass;
    expect(a).toMatchObject({ precision: 0.5, recall: 0.5 });
    expect(b).toMatchObject({ precision: null, recall: 0, f1: 0 });
    expect(c).toMatchObject({ precision: 0, recall: null, f1: 0 });
  });

  test('do not count in the balanced accuracy', () => {
    expect(metrics.balancedAccuracy).toBeCloseTo(0.25, 12);
  });
});

test('what does not fit together is refused', () => {
  const labels = ['A', 'B'];
  const of = (truth: number[], probabilities: number[]) => () =>
    computeMetrics({ labels, truth, probabilities: Float64Array.from(probabilities) });
  expect(of([], [])).toThrow('no rows');
  expect(of([0, 1], [1, 0])).toThrow('2 probabilities for 2 × 2');
  expect(of([2], [1, 0])).toThrow('class 2 of 2');
});
