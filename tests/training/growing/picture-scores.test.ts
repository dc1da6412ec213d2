import { expect, test } from 'vitest';
import { datasetOf, selectRows, type Dataset } from '../../../src/training/dataset/dataset.js';
import { EmotionForest } from '../../../src/emotion/forest.js';
import { defaultForestOptions } from '../../../src/training/growing/engines/forest-trainer.js';
import { learnPictureScores } from '../../../src/training/growing/learning/learn-picture-scores.js';
import { transformRows } from '../../../src/training/growing/learning/transformed-rows.js';
import { trainer } from '../../../src/training/growing/engines/native-forest-trainer.js';
import { randomStream } from '../../../src/common/random.js';
import { trainForest } from '../../../src/training/growing/train.js';
import { descriptionLength } from '../../../src/vision/addon/native.js';
import { addon } from '../../support/addon.js';
import { faceRows, rowOf } from '../../support/face-rows.js';
import { describeWith } from '../../support/requirements.js';

const labels = ['HAPPY', 'SAD'];
const learning = { labels, seed: 1, threads: 2 };

/**
 * Faces with descriptions full of noise, a few of whose numbers say how the face feels, and some whose face it is.
 * @param told how much larger those numbers are in sad faces; 0 for nothing to be learnt.
 */
function describedFaces(told: number): Dataset & { groups: readonly string[] } {
  const { dataset, people } = faceRows({ people: 30, photosEach: 4 });
  const random = randomStream(3);
  const own = new Map(people.map((name) => [name, Array.from({ length: 60 }, () => random(120))]));
  const descriptions = people.map((name, row) => {
    const numbers = Uint8Array.from({ length: descriptionLength }, () => 60 + random(60));
    own.get(name)?.forEach((value, i) => (numbers[100 + i] = value));
    for (let i = 0; i < 30; i++) numbers[i] = 60 + random(60) + told * (dataset.classes[row] ?? 0);
    return numbers;
  });
  const rows = people.map((_, row) => rowOf(dataset, row));
  return { ...datasetOf(rows, [...dataset.classes], descriptions), groups: people };
}

/** Share of rows whose own class has the higher score. */
function rightShare(dataset: Dataset, { features }: { features: Float64Array }): number {
  const right = dataset.classes.reduce((sum, label, row) => {
    const [happy = 0, sad = 0] = features.subarray(2 * row, 2 * row + 2);
    return sum + Number(sad > happy === (label === 1));
  }, 0);
  return right / dataset.rows;
}

describeWith('Scores of pictures', [addon], () => {
  test('tell what the landmarks and the picture say of unknown people', async () => {
    const faces = describedFaces(25);
    const rows = [...faces.classes.keys()];
    const isKnown = (row: number) => Number(faces.groups[row]?.slice(1)) < 20;
    const known = selectRows(faces, rows.filter(isKnown));
    const unknown = selectRows(
      faces,
      rows.filter((row) => !isKnown(row)),
    );
    const { transform } = await learnPictureScores(known, learning, {});
    expect(rightShare(unknown, transformRows(transform, unknown))).toBeGreaterThan(0.9);
  });

  test('that a forest learns from are by weights that have seen neither the face nor the person', async () => {
    const faces = describedFaces(0);
    // Landmarks without an expression and labels by chance: whoever is right has seen the answer.
    const random = randomStream(9);
    const mean = rowOf(faces, 0);
    for (let row = 0; row < faces.rows; row++) faces.features.set(mean, row * faces.columns);
    const labelOf = new Map([...new Set(faces.groups)].map((name) => [name, random(2)]));
    faces.groups.forEach((name, row) => (faces.classes[row] = labelOf.get(name) ?? 0));
    const { transform, shown } = await learnPictureScores(faces, learning, {});
    expect(rightShare(faces, transformRows(transform, faces))).toBe(1);
    expect(rightShare(faces, shown)).toBeLessThan(0.6);
    // Without knowing whose they are, the person gives the answer away.
    const apart = await learnPictureScores({ ...faces, groups: undefined }, learning, {});
    expect(rightShare(faces, apart.shown)).toBeGreaterThan(0.65);
  });

  test('go with a model: file, prediction, honest measuring and the same again', async () => {
    const faces = describedFaces(25);
    const options = {
      ...defaultForestOptions,
      ...{ trees: 20, threads: 2, maxDepth: 4, minSamplesLeaf: 5, balance: true },
      ...{ labels, testSize: 0.25, folds: 3, repeats: 1, sure: 0.6, transform: 'picture-scores' as const },
      groups: { pattern: '(.+)', names: faces.groups },
    };
    const model = await trainForest(faces, trainer, options);
    const again = await trainForest(faces, trainer, options);
    expect({ ...again, training: { ...again.training, createdAt: '' } }).toEqual({
      ...model,
      training: { ...model.training, createdAt: '' },
    });
    expect(model.training.validation?.balancedAccuracy.mean).toBeGreaterThan(0.85);
    const forest = EmotionForest.parse(JSON.parse(JSON.stringify(model)));
    expect(forest.needsDescription).toBe(true);
    const sad = faces.classes.indexOf(1);
    const description = faces.descriptions?.subarray(sad * descriptionLength, (sad + 1) * descriptionLength);
    expect(forest.predict(rowOf(faces, sad), description).emotion).toBe('SAD');
    expect(() => forest.predict(rowOf(faces, sad))).toThrow(RangeError);
    expect(() => forest.predict(rowOf(faces, sad), new Uint8Array(5))).toThrow(RangeError);
  });

  test('are refused without descriptions, and where a class has fewer rows than parts are needed', async () => {
    const { dataset } = faceRows();
    const options = {
      ...{ ...defaultForestOptions, trees: 5, threads: 1, labels, testSize: 0.2, folds: null, repeats: 1 },
      transform: 'picture-scores' as const,
    };
    await expect(trainForest(dataset, trainer, options)).rejects.toMatchObject({ code: 'PICTURES_MISSING' });
    const few = selectRows(describedFaces(25), [0, 1, 2, 3, 4, 5]);
    await expect(trainForest(few, trainer, options)).rejects.toMatchObject({ code: 'TOO_FEW_ROWS' });
  });

  test('are refused where the data sets are emotions, or too many to be data sets', async () => {
    const faces = describedFaces(25);
    const emotions = Array.from(faces.classes, (label) => labels[label] ?? '');
    await expect(learnPictureScores({ ...faces, sets: emotions }, learning, {})).rejects.toMatchObject({
      code: 'SETS_OF_ONE_CLASS',
    });
    await expect(learnPictureScores({ ...faces, sets: faces.groups }, learning, {})).rejects.toMatchObject({
      code: 'TOO_MANY_SETS',
    });
  });

  test('stop being learnt when nobody wants them any more', async () => {
    const stop = new AbortController();
    const scores = learnPictureScores(describedFaces(25), learning, { signal: stop.signal });
    stop.abort(new Error('enough'));
    await expect(scores).rejects.toThrow('enough');
  });

  test.each([
    [
      'weights of another number',
      '/transform/scores/1/weights/length',
      (t: Declared) => t.scores[1]?.weights.pop(),
    ],
    ['no weights', '/transform/scores/0/weights', (t: Declared) => t.scores[0]?.weights.splice(0)],
    ['no scores', '/transform/scores', (t: Declared) => t.scores.splice(0)],
    ['another mean face', '/transform/reference/length', (t: Declared) => t.reference.pop()],
    [
      'a weight that is no number',
      '/transform/scores/0/weights/3',
      (t: Declared) => t.scores[0]?.weights.splice(3, 1, null as never),
    ],
  ])('of a model file with %s are refused with the place', async (_, place, damage) => {
    const { transform } = await learnPictureScores(describedFaces(25), learning, {});
    const options = {
      ...defaultForestOptions,
      trees: 2,
      threads: 1,
      labels,
      testSize: 0.2,
      folds: null,
      repeats: 1,
    };
    const plain = await trainForest(faceRows().dataset, trainer, { ...options, maxDepth: 1 });
    const declaration = structuredClone(transform.declaration);
    damage(declaration);
    expect(() => EmotionForest.parse({ ...plain, transform: declaration })).toThrow(place);
  });
});

type Declared = Awaited<ReturnType<typeof learnPictureScores>>['transform']['declaration'];

test('rows keep their descriptions, people and data sets when some are chosen', () => {
  const faces = describedFaces(25);
  const sets = faces.groups.map((name) => (name === 'p0' ? 'one' : 'other'));
  const chosen = selectRows({ ...faces, sets }, [5, 0]);
  expect([chosen.groups, chosen.sets]).toEqual([
    ['p1', 'p0'],
    ['other', 'one'],
  ]);
  const length = descriptionLength;
  expect(chosen.descriptions?.subarray(length)).toEqual(faces.descriptions?.subarray(0, length));
});
