import { RandomForestClassifier } from 'ml-random-forest';
import { mkdtemp, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { calibrate } from '../../src/emotion/calibration.js';
import { EmotionForest } from '../../src/emotion/forest.js';
import { openTransform } from '../../src/emotion/transforms/known-transforms.js';
import { EmotionRecognizer } from '../../src/emotion/emotion-recognizer.js';
import { descriptionLength } from '../../src/vision/addon/native.js';
import { ownRefinerFile, Vision } from '../../src/vision/vision.js';
import { faceRows, rowOf } from '../support/face-rows.js';
import { facePhotoOf, type FaceName } from '../support/sample-photos.js';
import { testModelFiles } from '../support/test-models.js';
import { projectRoot } from '../support/checkout.js';

const shippedFile = join(projectRoot, 'models/happy-sad.json');
const expressiveFile = join(projectRoot, 'models/expressive.json');

/** JSON that a test may bend as it likes. */
type Json = Record<string, unknown> & { forest: { baseModel: { estimators: { root: unknown }[] } } };

/** Two trees over four features (two landmarks), small enough to read. */
function smallForest(): Json {
  const leaf = (...shares: number[]) => ({ distribution: [shares] });
  const split = (splitColumn: number, splitValue: number, left: unknown, right: unknown) => ({
    splitColumn,
    splitValue,
    left,
    right,
  });
  return {
    format: 'emochat-forest',
    version: 1,
    labels: ['HAPPY', 'SAD'],
    features: { kind: 'normalized-landmarks', landmarks: 2, count: 4 },
    training: {
      engine: 'ml-random-forest',
      engineVersion: '2.1.0',
      trees: 2,
      maxFeatures: 2,
      leafSamples: 1,
      balance: false,
      seed: 42,
      samples: 10,
      classCounts: [5, 5],
      testSize: 0.2,
      accuracy: 0.5,
      confusionMatrix: [
        [1, 0],
        [1, 0],
      ],
      createdAt: '2026-01-01T00:00:00.000Z',
    },
    forest: {
      name: 'RFClassifier',
      baseModel: {
        isClassifier: true,
        nEstimators: 2,
        indexes: [
          [3, 1],
          [0, 2],
        ],
        estimators: [
          {
            name: 'DTClassifier',
            root: split(0, 0.5, leaf(1), split(1, 0.25, leaf(0.25, 0.75), leaf(0, 1))),
          },
          { name: 'DTClassifier', root: split(1, 0.5, leaf(0, 1), leaf(0.5, 0.5)) },
        ],
      },
    },
  } as unknown as Json;
}

describe('a forest', () => {
  test('averages the leaves that a row falls into; each tree asks for its own columns', () => {
    const forest = EmotionForest.parse(smallForest());
    expect(forest.predict([0, 0, 0.9, 0.4])).toEqual({
      emotion: 'HAPPY',
      probabilities: { HAPPY: 0.75, SAD: 0.25 },
      sure: true,
    });
    expect(forest.predict([0, 0.2, 0, 0.6])).toEqual({
      emotion: 'SAD',
      probabilities: { HAPPY: 0.125, SAD: 0.875 },
      sure: true,
    });
  });

  test('a value equal to the split goes right, and of equal probabilities the first label wins', () => {
    const forest = EmotionForest.parse(smallForest());
    expect(forest.predict([0, 0.25, 0.5, 0.5]).probabilities).toEqual({ HAPPY: 0.25, SAD: 0.75 });
    expect(forest.predict([0, 0, 0, 0])).toEqual({
      emotion: 'HAPPY',
      probabilities: { HAPPY: 0.5, SAD: 0.5 },
      sure: true,
    });
  });

  test('refuses a row of another length', () => {
    expect(() => EmotionForest.parse(smallForest()).predict([0, 0, 0])).toThrow(RangeError);
  });
});

describe('the shipped forests', () => {
  test('happy-sad gives the mean of what the trees of ml-random-forest give', async () => {
    const file = JSON.parse(await readFile(shippedFile, 'utf8')) as { forest: never };
    const theirs = RandomForestClassifier.load(file.forest);
    const trees = theirs.estimators as unknown as {
      root: { classify(row: number[]): { to2DArray(): number[][] } };
    }[];
    const ours = await EmotionForest.load(shippedFile);
    const { transform, calibration } = ours.header;
    if (!transform || !calibration)
      throw new Error('the shipped forest has neither transform nor calibration');
    const { dataset: data } = faceRows();
    for (let row = 0; row < data.rows; row += 7) {
      const features = openTransform(transform).apply({ features: rowOf(data, row) });
      const sad = trees.map(({ root }, tree) => {
        const columns = theirs.indexes?.[tree] ?? [];
        return root.classify(columns.map((column) => features[column] ?? NaN)).to2DArray()[0]?.[1] ?? 0;
      });
      const mean = sad.reduce((sum, share) => sum + share, 0) / sad.length;
      const expected = calibrate(calibration, [1 - mean, mean]);
      expect(ours.predict(rowOf(data, row)).probabilities['SAD']).toBeCloseTo(expected[1] ?? NaN, 10);
    }
  });

  test('happy-sad names its emotions, and tells smiles from frowns', async () => {
    const forest = await EmotionForest.load(shippedFile);
    expect(forest.labels).toEqual(['HAPPY', 'SAD']);
    const { dataset: data } = faceRows();
    const right = Array.from({ length: data.rows }, (_, row) => {
      const { HAPPY = NaN, SAD = NaN } = forest.predict(rowOf(data, row)).probabilities;
      return data.classes[row] === 0 ? HAPPY > SAD : SAD > HAPPY;
    }).filter(Boolean);
    expect(right.length / data.rows).toBeGreaterThan(0.75);
  });

  test('expressive names five emotions, and tells people who smile from people who do not', async () => {
    const forest = await EmotionForest.load(expressiveFile);
    expect(forest.labels).toEqual(['ANGRY', 'HAPPY', 'NEUTRAL', 'SAD', 'SURPRISED']);
    const { cascade } = await testModelFiles();
    const vision = await Vision.open({ cascadeFile: cascade, refinerFile: ownRefinerFile, lanes: 1 });
    const recognizer = new EmotionRecognizer(vision, forest);
    const emotion = async (name: FaceName) =>
      (await recognizer.recognizeEncoded(await readFile(facePhotoOf(name)))).faces[0]?.emotion;
    try {
      for (const name of ['smiling', 'laughing', 'beaming', 'gentle'] as const)
        expect([name, await emotion(name)]).toEqual([name, 'HAPPY']);
      for (const name of ['pouting', 'lookingDown'] as const)
        expect([name, await emotion(name)]).toEqual([name, 'SAD']);
    } finally {
      await recognizer.close();
    }
  });

  test("expressive takes a person's calm face, happy-sad does not", async () => {
    const forest = await EmotionForest.load(expressiveFile);
    const { transform } = forest.header;
    if (transform?.kind !== 'picture-scores' || !transform.baseline) throw new Error('no baseline');
    const face = [new Float64Array(136).fill(0.5), new Uint8Array(descriptionLength).fill(40)] as const;
    const anybody = forest.predict(...face);
    expect(anybody.scores).toHaveLength(5);
    // The mean calm face is anybody's.
    expect(forest.predict(...face, transform.baseline.scores).probabilities).toEqual(anybody.probabilities);
    expect(() => forest.predict(...face, [0, 0])).toThrow(RangeError);
    const two = await EmotionForest.load(shippedFile);
    expect(two.baselineLength).toBeUndefined();
    expect(two.predict(face[0]).scores).toBeUndefined();
    expect(() => two.predict(face[0], undefined, [0, 0])).toThrow(RangeError);
  });

  test('a file whose calm face has other scores than the forest is refused', async () => {
    const file = JSON.parse(await readFile(expressiveFile, 'utf8')) as { transform: { baseline: object } };
    file.transform.baseline = { scores: [0, 0], weight: 0.5 };
    expect(() => EmotionForest.parse(file)).toThrow(/baseline.scores/);
    file.transform.baseline = { scores: [0, 0, 0, 0, 0], weight: 2 };
    expect(() => EmotionForest.parse(file)).toThrow(/weight/);
  });

  test.each([
    ['all points in one place', new Float64Array(136)],
    ['points that are no numbers', new Float64Array(136).fill(NaN)],
  ])('answers %s with probabilities', async (_, features) => {
    const { probabilities } = (await EmotionForest.load(expressiveFile)).predict(
      features,
      new Uint8Array(descriptionLength),
    );
    expect(Object.values(probabilities).reduce((total, p) => total + p, 0)).toBeCloseTo(1, 10);
  });
});

test.each([shippedFile, expressiveFile])('%s is smaller than a megabyte', async (file) => {
  expect((await stat(file)).size).toBeLessThan(1e6);
});

describe('a forest with a calibration', () => {
  const calibrated = (sure: number) =>
    EmotionForest.parse({ ...smallForest(), calibration: { slope: 2, offsets: [0, 0], sure } });

  test('gives its probabilities, and is not sure of an emotion that is less probable than asked for', () => {
    const row = [0, 0, 0.9, 0.4];
    const { emotion, probabilities, sure } = calibrated(0.8).predict(row);
    // Shares of 3/4 and 1/4, squared and summed to 1.
    expect(probabilities['HAPPY']).toBeCloseTo(0.9, 12);
    expect([emotion, sure]).toEqual(['HAPPY', true]);
    expect(calibrated(0.95).predict(row)).toEqual({ emotion: 'HAPPY', probabilities, sure: false });
  });
});

/** Sets what a JSON pointer names; `undefined` takes it away. */
function bend(json: Json, pointer: string, value: unknown): Json {
  const keys = pointer.split('/').slice(1);
  const last = keys.pop() ?? '';
  const parent = keys.reduce<Record<string, unknown>>(
    (node, key) => node[key] as Record<string, unknown>,
    json,
  );
  if (value === undefined) Reflect.deleteProperty(parent, last);
  else parent[last] = value;
  return json;
}

const firstTree = '/forest/baseModel/estimators/0/root';

/** A transform's declaration, bent. */
function symmetric(bent: object): object {
  return { kind: 'symmetric-landmarks', reference: [0, 0, 0, 0], discriminants: [], ...bent };
}

describe('a forest file that is wrong is refused with the place', () => {
  test.each<[pointer: string, value: unknown, named?: string]>([
    ['/format', 'pickle'],
    ['/version', 2],
    ['/labels', ['HAPPY'], '/labels'],
    ['/labels', ['SAD', 'SAD'], '/labels'],
    ['/labels', ['Sad', 'SAD'], '/labels/1'],
    ['/labels/0', 'A\u001b[2J'],
    ['/labels/0', 'A\u009b2J'],
    ['/features/count', 5],
    ['/features/kind', 'pixels'],
    ['/training/accuracy', 1.5],
    ['/training/confusionMatrix/1', [1], '/training/confusionMatrix/1/length'],
    ['/training/seed', '42'],
    ['/training', null],
    ['/forest/name', 'RFRegression'],
    ['/forest/baseModel/nEstimators', 3],
    ['/forest/baseModel/indexes', [[0, 1]], '/forest/baseModel/indexes/length'],
    ['/forest/baseModel/indexes/1/0', 4],
    ['/forest/baseModel/indexes/1/0', -1],
    ['/forest/baseModel/estimators/1/name', 'DTRegression'],
    ['/transform', { kind: 'pixels' }, '/transform/kind'],
    ['/transform', { kind: 'symmetric-landmarks' }],
    ['/transform', symmetric({ reference: [0, 0, 1, 1] }), '/transform/reference/length'],
    ['/transform', symmetric({ reference: [0, 0, 1, '1'] }), '/transform/reference/3'],
    ['/transform', symmetric({ reference: [0, 0, 1, Infinity] }), '/transform/reference/3'],
    ['/calibration', { slope: 1, offsets: [0], sure: 0.5 }, '/calibration/offsets/length'],
    ['/calibration', { slope: -1, offsets: [0, 0], sure: 0.5 }, '/calibration/slope'],
    ['/calibration', { slope: 1, offsets: [0, NaN], sure: 0.5 }, '/calibration/offsets/1'],
    ['/calibration', { slope: 1, offsets: [0, 0], sure: 1.5 }, '/calibration/sure'],
    [firstTree, []],
    [firstTree, null],
    [`${firstTree}/splitColumn`, 2],
    [`${firstTree}/splitColumn`, 0.5],
    [`${firstTree}/splitColumn`, undefined],
    [`${firstTree}/splitValue`, null],
    [`${firstTree}/splitValue`, '0.5'],
    [`${firstTree}/left`, undefined],
    [`${firstTree}/right/right`, 7],
    [`${firstTree}/left/distribution`, [[0.5, 0.5, 0]]],
    [`${firstTree}/left/distribution`, [[]]],
    [`${firstTree}/left/distribution`, [[1], [1]]],
    [`${firstTree}/left/distribution`, [[2, -1]]],
    [`${firstTree}/left/distribution`, [[0.2, 0.2]]],
    [`${firstTree}/left/distribution`, [['1']]],
  ])('%s = %j', (pointer, value, named = pointer) => {
    const parse = () => EmotionForest.parse(bend(smallForest(), pointer, value), 'my.json');
    expect(parse).toThrow(expect.objectContaining({ code: 'MODEL_INVALID' }) as Error);
    expect(parse).toThrow(`my.json is not valid:${named === '' ? '' : ' '}${named} `);
    expect(parse).toThrow('npx emochat train');
  });

  test('a discriminant of another number of weights, and a column that the transform does not give', async () => {
    const file = JSON.parse(await readFile(shippedFile, 'utf8')) as Json;
    const refusal = (pointer: string, value: unknown) => () =>
      EmotionForest.parse(bend(structuredClone(file), pointer, value));
    expect(refusal('/transform/discriminants/0/weights', [1])).toThrow(
      '/transform/discriminants/0/weights/length',
    );
    expect(refusal('/transform/discriminants', [])).toThrow('/forest/baseModel/indexes/');
    expect(refusal('/forest/baseModel/indexes/0/0', 135)).toThrow('/forest/baseModel/indexes/0/0');
  });

  test('a transform of a later version: the message names it, and what there is', () => {
    expect(() => EmotionForest.parse(bend(smallForest(), '/transform', { kind: 'mesh' }))).toThrow(
      'this version does not know the transform "mesh" (it knows: symmetric-landmarks, picture-scores)',
    );
  });

  test('trees a hundred thousand levels deep do not overflow the stack', () => {
    let root: unknown = { distribution: [[1]] };
    for (let i = 0; i < 100_000; i++) {
      root = { splitColumn: 0, splitValue: 0.5, left: root, right: { distribution: [[1]] } };
    }
    const json = smallForest();
    json.forest.baseModel.estimators[0] = { name: 'DTClassifier', root } as { root: unknown };
    expect(() => EmotionForest.parse(json)).toThrow('goes beyond 4096 levels');
  });

  test('leaves that would need gigabytes for their many labels are refused, not laid down', () => {
    let root: unknown = { distribution: [[1]] };
    for (let i = 0; i < 17; i++) root = { splitColumn: 0, splitValue: 0.5, left: root, right: root };
    const json = smallForest();
    json['labels'] = Array.from({ length: 255 }, (_, i) => `E${i}`);
    delete json['training'];
    json.forest.baseModel.estimators[0] = { name: 'DTClassifier', root } as { root: unknown };
    expect(() => EmotionForest.parse(json)).toThrow('goes beyond 20000000 probabilities');
  });

  test.each([null, 7, 'text', [], {}])('%j is no forest', (json) => {
    expect(() => EmotionForest.parse(json)).toThrow(
      expect.objectContaining({ code: 'MODEL_INVALID' }) as Error,
    );
  });
});

describe('a forest on disk', () => {
  let folder: string;
  let file: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'emochat-forest-'));
    file = join(folder, 'forest.json');
  });

  afterEach(() => rm(folder, { recursive: true, force: true }));

  test('is read back', async () => {
    await writeFile(file, JSON.stringify(smallForest()));
    const forest = await EmotionForest.load(file);
    expect(forest.labels).toEqual(['HAPPY', 'SAD']);
    expect(forest.featureCount).toBe(4);
    expect(forest.header.training?.seed).toBe(42);
  });

  test.each(['/training/balance', '/training/createdAt', '/training/confusionMatrix', '/training'])(
    'is read without %s, which predicting does not need',
    async (pointer) => {
      await writeFile(file, JSON.stringify(bend(smallForest(), pointer, undefined)));
      const forest = await EmotionForest.load(file);
      expect(forest.predict([0, 0, 0.9, 0.4]).emotion).toBe('HAPPY');
    },
  );

  test('that is a device, which might never end, is refused', async () => {
    await expect(EmotionForest.load('/dev/zero')).rejects.toThrow('it is not a file');
  });

  test('cut off anywhere is refused, never half read', async () => {
    const text = JSON.stringify(smallForest());
    for (const length of [0, 1, 100, text.length >> 1, text.length - 1]) {
      await writeFile(file, text);
      await truncate(file, length);
      await expect(EmotionForest.load(file)).rejects.toMatchObject({ code: 'MODEL_INVALID' });
    }
  });

  test('of an absurd size is refused before it is read', async () => {
    await writeFile(file, '');
    await truncate(file, 2 ** 31);
    await expect(EmotionForest.load(file)).rejects.toMatchObject({
      code: 'MODEL_INVALID',
      message: expect.stringContaining('2147483648 bytes') as string,
    });
  });

  test('that is not there: says how to train one', async () => {
    await expect(EmotionForest.load(join(folder, 'none.json'))).rejects.toMatchObject({
      code: 'MODEL_NOT_FOUND',
      message: expect.stringContaining('npx emochat train') as string,
    });
  });
});
