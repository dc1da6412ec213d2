import { expect, test } from 'vitest';
import { datasetOf } from '../../../src/training/dataset/dataset.js';
import { defaultForestOptions } from '../../../src/training/growing/engines/forest-trainer.js';
import { setAside } from '../../../src/training/growing/model-grower.js';
import { trainer } from '../../../src/training/growing/engines/native-forest-trainer.js';
import { randomStream } from '../../../src/common/random.js';
import { EmotionForest } from '../../../src/emotion/forest.js';
import { trainForest } from '../../../src/training/growing/train.js';
import { faceRows } from '../../support/face-rows.js';
import { addon } from '../../support/addon.js';
import { describeWith } from '../../support/requirements.js';

const options = { ...defaultForestOptions, trees: 40, threads: 2, testSize: 0.2, folds: null, repeats: 1 };

/** Two features: class 0 left, class 1 right, class 2 in the middle, each with some spread. */
function threeGroups() {
  const random = randomStream(5);
  const near = (centre: number) => centre + (random(1000) - 500) / 1000;
  const rows = Array.from({ length: 600 }, (_, i) => ({ label: i % 3, x: near([-1, 1, 0][i % 3] ?? 0) }));
  return datasetOf(
    rows.map(({ x }) => Float64Array.from([x, near(0)])),
    rows.map(({ label }) => label),
  );
}

test('classes set aside leave the others, numbered anew', () => {
  const parted = setAside(threeGroups(), ['LEFT', 'RIGHT', 'MIDDLE'], ['LEFT']);
  expect(parted.labels).toEqual(['RIGHT', 'MIDDLE']);
  expect([parted.dataset.rows, parted.neither?.rows]).toEqual([400, 200]);
  expect([...parted.dataset.classes.subarray(0, 4)]).toEqual([0, 1, 0, 1]);
  expect(parted.kept.slice(0, 4)).toEqual([1, 2, 4, 5]);
  expect(setAside(threeGroups(), ['A', 'B', 'C'], []).neither).toBeUndefined();
});

describeWith('A forest that was shown faces of neither emotion', [addon], () => {
  test('is in doubt about such faces, and as sure as before about the others', async () => {
    const { dataset, labels, neither } = setAside(threeGroups(), ['LEFT', 'RIGHT', 'MIDDLE'], ['MIDDLE']);
    const model = await trainForest(dataset, trainer, {
      ...{ ...options, labels, minSamplesLeaf: 10, sure: 0.8 },
      ...(neither && { neither, neitherLabels: ['MIDDLE'] }),
    });
    const forest = EmotionForest.parse(model);
    expect(model.training.neither).toEqual({ labels: ['MIDDLE'], samples: 200 });
    expect(forest.predict([0, 0]).sure).toBe(false);
    expect(forest.predict([-1.3, 0])).toMatchObject({ emotion: 'LEFT', sure: true });
    expect(forest.predict([1.3, 0])).toMatchObject({ emotion: 'RIGHT', sure: true });
  });
});

describeWith('A forest with transformed landmarks', [addon], () => {
  const labels = ['HAPPY', 'SAD'];
  const { dataset: faces } = faceRows();
  const recipe = { ...options, labels, minSamplesLeaf: 5, balance: true };

  test('does better on faces that are tilted and turned than one without', async () => {
    const cv = { ...recipe, folds: 4, repeats: 2 };
    const plain = await trainForest(faces, trainer, cv);
    const transformed = await trainForest(faces, trainer, { ...cv, transform: 'symmetric-landmarks' });
    const mean = (model: typeof plain) => model.training.validation?.balancedAccuracy.mean ?? NaN;
    expect(mean(transformed)).toBeGreaterThan(mean(plain));
  });

  test('is the same on one thread and on three, and reads back as it was', async () => {
    const grow = (threads: number) =>
      trainForest(faces, trainer, { ...recipe, threads, transform: 'symmetric-landmarks', sure: 0.7 });
    const [one, three] = [await grow(1), await grow(3)];
    const undated = (model: typeof one) => ({ ...model, training: { ...model.training, createdAt: '' } });
    expect(undated(three)).toEqual(undated(one));
    const reread = EmotionForest.parse(JSON.parse(JSON.stringify(one)) as unknown);
    expect(reread.header.transform).toEqual(one.transform);
  });

  test('needs the 68 landmarks: rows of others are told so', async () => {
    await expect(
      trainForest(threeGroups(), trainer, {
        ...recipe,
        labels: ['A', 'B', 'C'],
        transform: 'symmetric-landmarks',
      }),
    ).rejects.toMatchObject({ code: 'TRANSFORM_UNFIT' });
  });
});
