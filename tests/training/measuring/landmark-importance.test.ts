import { expect, test } from 'vitest';
import { datasetOf } from '../../../src/training/dataset/dataset.js';
import { EmotionForest } from '../../../src/emotion/forest.js';
import { landmarkImportance } from '../../../src/training/measuring/landmark-importance.js';
import { oneQuestionForest } from '../../support/small-forest.js';

const landmarks = 4;
const truths = Array.from({ length: 200 }, (_, row) => row % 2);
const rows = truths.map((truth, row) =>
  Array.from({ length: 2 * landmarks }, (_, column) => (column === 5 ? truth * 0.9 : (row % 7) / 7)),
);

test('only the landmark that the forest asks for counts, and as much as it is worth', async () => {
  // Column 5 is the y of landmark 2. Another face's is of the other class half of the time: 0.8 becomes 0.2 then.
  const forest = EmotionForest.parse(oneQuestionForest({ landmarks, column: 5 }));
  const importance = await landmarkImportance(forest, datasetOf(rows, truths), 42);
  expect([importance[0], importance[1], importance[3]].map((value) => Math.abs(value ?? 1))).toEqual([
    expect.closeTo(0, 12),
    expect.closeTo(0, 12),
    expect.closeTo(0, 12),
  ]);
  expect(importance[2]).toBeGreaterThan(0.25);
  expect(importance[2]).toBeLessThan(0.35);
  expect(await landmarkImportance(forest, datasetOf(rows, truths), 42)).toEqual(importance);
});

test('ends when it is told to', async () => {
  const forest = EmotionForest.parse(oneQuestionForest({ landmarks }));
  const work = landmarkImportance(
    forest,
    datasetOf(rows, truths),
    42,
    AbortSignal.abort(new Error('enough')),
  );
  await expect(work).rejects.toThrow('enough');
});
