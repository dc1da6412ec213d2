import { join } from 'node:path';
import { expect, test } from 'vitest';
import { EmotionForest } from '../../src/training/forest.js';
import { rowOf } from '../support/face-rows.js';
import { realRows, referenceFeatures } from '../support/real-rows.js';
import { describeWith } from '../support/requirements.js';
import { projectRoot } from '../support/checkout.js';

describeWith('the shipped forests on real photos', [referenceFeatures], () => {
  test('happy-sad tells the two apart', async () => {
    const forest = await EmotionForest.load(join(projectRoot, 'models/happy-sad.json'));
    const data = realRows();
    const right = Array.from({ length: data.rows }, (_, row) => {
      return forest.predict(rowOf(data, row)).emotion === forest.labels[data.classes[row] ?? 0];
    }).filter(Boolean);
    expect(right.length / data.rows).toBeGreaterThan(0.8);
  });

  test('expressive names five emotions, and tells happy from sad among them', async () => {
    const forest = await EmotionForest.load(join(projectRoot, 'models/expressive.json'));
    const data = realRows();
    const right = Array.from({ length: data.rows }, (_, row) => {
      const { HAPPY = NaN, SAD = NaN } = forest.predict(rowOf(data, row)).probabilities;
      return data.classes[row] === 0 ? HAPPY > SAD : SAD > HAPPY;
    }).filter(Boolean);
    expect(right.length / data.rows).toBeGreaterThan(0.8);
  });
});
