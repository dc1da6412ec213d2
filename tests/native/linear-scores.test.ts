import { describe, expect, test } from 'vitest';
import { randomStream } from '../../src/common/random.js';
import { loadNativeAddon, type NativeScoreRows } from '../../src/vision/addon/native.js';
import { plainScores } from '../support/plain-scores.js';

const ridge = 300;

/** Rows of three classes in two data sets, whose first numbers tell the classes and whose last ones the set. */
function sampleRows(rows: number, columns: number): NativeScoreRows {
  const random = randomStream(7);
  const fill = (length: number, limit: number) => Uint8Array.from({ length }, () => random(limit));
  const numbers = fill(rows * columns, 256);
  const classes = fill(rows, 3);
  const sets = fill(rows, 4).map((value) => Number(value === 0));
  for (let row = 0; row < rows; row++) {
    numbers[row * columns + (classes[row] ?? 0)] = 230;
    numbers[(row + 1) * columns - 1] = sets[row] === 0 ? 10 : 250;
  }
  const folds = fill(rows, 4);
  const setWeights = Float64Array.of(1, 0.3);
  return { numbers, classes, folds, sets, setWeights, rows, columns, classCount: 3, foldCount: 4 };
}

const learn = (rows: NativeScoreRows, threads = 2) =>
  loadNativeAddon().learnScores(rows, { ridge, threads }).result;

describe('Linear scores', () => {
  test.each([
    ['more rows than numbers', 240],
    ['more numbers than rows', 34],
  ])('of %s are those of a plain ridge regression, of all rows and without each fold', async (_, count) => {
    const rows = sampleRows(count, 70);
    const { weights, offsets, heldOut } = await learn(rows);
    plainScores(rows, ridge, () => true).forEach((score, i) => {
      expect(offsets[i]).toBeCloseTo(score.offset, 9);
      score.weights.forEach((weight, j) => expect(weights[i * 70 + j]).toBeCloseTo(weight, 12));
    });
    for (let fold = 0; fold < rows.foldCount; fold++) {
      const scores = plainScores(rows, ridge, (row) => rows.folds[row] !== fold);
      for (let row = 0; row < rows.rows; row++) {
        if (rows.folds[row] !== fold) continue;
        scores.forEach(({ offset, weights: own }, i) => {
          const said = own.reduce((sum, w, j) => sum + w * (rows.numbers[row * 70 + j] ?? 0), offset);
          expect(heldOut[row * 3 + i]).toBeCloseTo(said, 9);
        });
      }
    }
  });

  test.each([1500, 70])(
    'of %d rows are the same to the last bit on one thread and on many',
    async (count) => {
      const rows = sampleRows(count, 150);
      const one = await learn(rows, 1);
      expect(await learn(rows, 3)).toEqual(one);
    },
  );

  test('are not drawn by what tells the data sets apart', async () => {
    const rows = sampleRows(400, 40);
    const { weights } = await learn(rows);
    for (let score = 0; score < 3; score++) {
      expect(Math.abs(weights[score * 40 + 39] ?? NaN)).toBeLessThan(1e-12);
      expect(weights[score * 40 + score]).toBeGreaterThan(1e-3);
    }
  });

  test.each([60, 30])(
    'of %d rows are numbers where the first data set lies in one fold alone',
    async (count) => {
      const rows = sampleRows(count, 40);
      rows.sets.forEach((set, row) => (rows.folds[row] = set === 0 ? 0 : 1 + (row % 3)));
      const { weights, heldOut } = await learn(rows);
      expect([...weights, ...heldOut].every(Number.isFinite)).toBe(true);
    },
  );

  test('of a class that is missing in a fold, or of a set with one class, are numbers', async () => {
    const rows = sampleRows(60, 20);
    rows.classes.forEach((label, row) => {
      if (label === 2) rows.folds[row] = 1;
      if (rows.sets[row] === 1) rows.classes[row] = 0;
    });
    const { weights, heldOut } = await learn(rows);
    expect([...weights, ...heldOut].every(Number.isFinite)).toBe(true);
  });

  test('that are given up are rejected soon', async () => {
    const rows = sampleRows(20_000, 1200);
    const learning = loadNativeAddon().learnScores(rows, { ridge, threads: 2 });
    learning.cancel();
    await expect(learning.result).rejects.toMatchObject({ code: 'CANCELLED' });
  });

  test.each([
    ['too few numbers', { numbers: new Uint8Array(7) }],
    ['a class that there is not', { classes: new Uint8Array(60).fill(3) }],
    ['a fold that there is not', { folds: new Uint8Array(60).fill(4) }],
    ['a set that there is not', { sets: new Uint8Array(60).fill(2) }],
    ['one fold alone', { folds: new Uint8Array(60).fill(1) }],
    ['data sets without weight', { setWeights: Float64Array.of(1, 0) }],
  ])('of %s are refused', async (_, wrong) => {
    const learning = learn({ ...sampleRows(60, 20), ...wrong });
    await expect(learning).rejects.toMatchObject({ code: 'SCORES_INPUT' });
  });

  test('take arrays of the right kind and sizes in range alone', () => {
    const addon = loadNativeAddon();
    const rows = sampleRows(60, 20);
    const with_ = (wrong: object) => () => addon.learnScores({ ...rows, ...wrong }, { ridge, threads: 1 });
    expect(with_({ numbers: new Float64Array(1200) })).toThrow(/numbers/);
    expect(with_({ columns: 1e9 })).toThrow(/columns/);
    expect(with_({ rows: 0 })).toThrow(/rows/);
  });
});
