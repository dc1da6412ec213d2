import { RandomForestClassifier } from 'ml-random-forest';
import { Worker } from 'node:worker_threads';
import { describe, expect, test } from 'vitest';
import { averageProbabilities, compileForest } from '../../src/emotion/compiled-forest.js';
import {
  defaultForestOptions,
  type ForestOptions,
  type GrownForest,
  type TrainingRows,
} from '../../src/training/growing/engines/forest-trainer.js';
import { trainer } from '../../src/training/growing/engines/native-forest-trainer.js';
import { randomStream } from '../../src/common/random.js';
import { realRows, referenceFeatures } from '../support/real-rows.js';
import { addon, unsanitizedTest } from '../support/addon.js';
import { describeWith } from '../support/requirements.js';

/** One tree on every row with every feature: what CART grows, nothing left to chance. */
const cart: ForestOptions = {
  ...defaultForestOptions,
  trees: 1,
  maxFeatures: 'all',
  bootstrap: false,
  threads: 1,
};
const forestOf = (trees: number): ForestOptions => ({ ...defaultForestOptions, trees, threads: 2 });

function rowsOf(table: readonly (readonly number[])[], classes: readonly number[]): TrainingRows {
  const columns = table[0]?.length ?? 0;
  return {
    features: Float64Array.from(table.flat()),
    classes: Uint8Array.from(classes),
    rows: table.length,
    columns,
  };
}

/** One feature a row. */
const line = (values: readonly number[], classes: readonly number[]) =>
  rowsOf(
    values.map((value) => [value]),
    classes,
  );

/** Rows of noise; the class is whether the features told are large together, some of the labels wrong. */
function noisyRows(rows: number, columns: number, informative: readonly number[], wrong = 0.1): TrainingRows {
  const below = randomStream(rows + columns);
  const features = Float64Array.from({ length: rows * columns }, () => below(2 ** 32) / 2 ** 32);
  const classes = Uint8Array.from({ length: rows }, (_, row) => {
    const sum = informative.reduce((total, column) => total + (features[row * columns + column] ?? 0), 0);
    const label = sum > informative.length / 2;
    return Number(below(1000) < 1000 * wrong ? !label : label);
  });
  return { features, classes, rows, columns };
}

function row({ features, columns }: TrainingRows, at: number) {
  return features.subarray(at * columns, (at + 1) * columns);
}

function predict({ compiled }: GrownForest, features: ArrayLike<number>): number {
  const shares = averageProbabilities(compiled, features);
  return shares.indexOf(Math.max(...shares));
}

function accuracy(forest: GrownForest, rows: TrainingRows): number {
  let right = 0;
  for (let at = 0; at < rows.rows; at++) right += Number(predict(forest, row(rows, at)) === rows.classes[at]);
  return right / rows.rows;
}

/** What two forests that are the same share. */
function nodesOf({ compiled }: GrownForest) {
  const { feature, threshold, right, leaf, distributions } = compiled;
  return { feature, threshold, right, leaf, distributions };
}

/** Every split of the forest. */
function splitsOf({ compiled }: GrownForest): { feature: number; threshold: number }[] {
  return Array.from(compiled.feature, (feature, node) => ({
    feature,
    threshold: compiled.threshold[node] ?? NaN,
  })).filter((_, node) => (compiled.leaf[node] ?? 0) < 0);
}

/** Weighted Gini impurity of a cut of one feature, and entropy, by the book. */
function impurityOf(
  rows: TrainingRows,
  column: number,
  threshold: number,
  measure: 'gini' | 'entropy',
): number {
  const sides = [new Map<number, number>(), new Map<number, number>()];
  for (let at = 0; at < rows.rows; at++) {
    const side = sides[Number((row(rows, at)[column] ?? 0) >= threshold)];
    const label = rows.classes[at] ?? 0;
    side?.set(label, (side.get(label) ?? 0) + 1);
  }
  return sides.reduce((total, side) => {
    const counts = [...side.values()];
    const all = counts.reduce((sum, count) => sum + count, 0);
    const parts = counts.map((count) => count / all);
    const gini = 1 - parts.reduce((sum, part) => sum + part * part, 0);
    const entropy = -parts.reduce((sum, part) => sum + part * Math.log2(part), 0);
    return total + all * (measure === 'gini' ? gini : entropy);
  }, 0);
}

describe('a split', () => {
  test('lies half-way between the two neighbours that it parts', async () => {
    const grown = await trainer.train(line([0.5, 1.5, 4, 7], [0, 0, 1, 1]), 2, cart);
    // 2.75, in as few decimals as part the rows.
    expect(splitsOf(grown)).toEqual([{ feature: 0, threshold: 3 }]);
    expect([...grown.compiled.distributions.subarray(0, 4)]).toEqual([1, 0, 0, 1]);
  });

  test('between neighbours that no number lies between is the greater one, so that both sides have rows', async () => {
    const next = 1 + Number.EPSILON;
    const grown = await trainer.train(line([1, next], [0, 1]), 2, cart);
    expect(splitsOf(grown)).toEqual([{ feature: 0, threshold: next }]);
    expect([predict(grown, [1]), predict(grown, [next])]).toEqual([0, 1]);
  });

  test.each([1e300, -1e300, 5e-324, 1e-30, 123456.789])(
    'of numbers as large or as small as %d parts them',
    async (value) => {
      const grown = await trainer.train(line([value, 2 * value, 0], [0, 1, 1]), 2, cart);
      expect([value, 2 * value, 0].map((x) => predict(grown, [x]))).toEqual([0, 1, 1]);
    },
  );

  test('0 and -0 are one value', async () => {
    const grown = await trainer.train(line([0, -0, 0, -0], [0, 0, 1, 1]), 2, cart);
    expect(splitsOf(grown)).toEqual([]);
    expect([...averageProbabilities(grown.compiled, [0])]).toEqual([0.5, 0.5]);
  });

  test.each(['gini', 'entropy'] as const)(
    'at the root is the best of all there are, by %s, for two classes and for many',
    async (criterion) => {
      const below = randomStream(7);
      for (const classes of [2, 3, 9]) {
        for (let round = 0; round < 20; round++) {
          // Few values, so that there are ties.
          const table = Array.from({ length: 40 }, () => [below(12), below(300), below(3)]);
          const rows = rowsOf(
            table,
            table.map(() => below(classes)),
          );
          const stump = { ...cart, criterion, maxDepth: 1 };
          const [split] = splitsOf(await trainer.train(rows, classes, stump));
          const all = [0, 1, 2].flatMap((column) =>
            table.map((cells) => impurityOf(rows, column, cells[column] ?? 0, criterion)),
          );
          const own = impurityOf(rows, split?.feature ?? -1, split?.threshold ?? NaN, criterion);
          expect(own).toBeCloseTo(Math.min(...all), 9);
        }
      }
    },
  );

  test('is made even where it gains nothing, as the way to one that does', async () => {
    const xor = rowsOf(
      [
        [0, 0],
        [0, 1],
        [1, 0],
        [1, 1],
      ],
      [0, 1, 1, 0],
    );
    expect(accuracy(await trainer.train(xor, 2, cart), xor)).toBe(1);
  });

  test('passes by features that are the same in all rows, however few may be drawn', async () => {
    const table = Array.from({ length: 20 }, (_, i) => [3, 3, 3, 3, 3, 3, 3, i, 3, 3]);
    const rows = rowsOf(
      table,
      table.map((_, i) => Number(i >= 10)),
    );
    for (let seed = 0; seed < 20; seed++) {
      const grown = await trainer.train(rows, 2, { ...cart, maxFeatures: 1, seed });
      expect(splitsOf(grown)).toEqual([{ feature: 7, threshold: 10 }]);
    }
  });

  test('draws its features anew at every split', async () => {
    const rows = noisyRows(400, 10, [0, 1, 2, 3], 0.4);
    const grown = await trainer.train(rows, 2, { ...cart, maxFeatures: 1 });
    expect(new Set(splitsOf(grown).map(({ feature }) => feature)).size).toBe(10);
  });
});

describe('a tree', () => {
  test('ends where rows are the same: its leaf has their shares', async () => {
    const rows = rowsOf(
      [
        [1, 2],
        [1, 2],
        [1, 2],
        [5, 6],
      ],
      [0, 1, 1, 0],
    );
    const grown = await trainer.train(rows, 2, cart);
    expect([...averageProbabilities(grown.compiled, [1, 2])]).toEqual([0.3333, 0.6667]);
    expect([...averageProbabilities(grown.compiled, [5, 6])]).toEqual([1, 0]);
  });

  test('of rows of one class alone is a leaf', async () => {
    const grown = await trainer.train(line([1, 2, 3], [1, 1, 1]), 3, forestOf(5));
    expect([...averageProbabilities(grown.compiled, [2])]).toEqual([0, 1, 0]);
    expect([...(grown.importances ?? [])]).toEqual([0]);
  });

  test('of a single row is a leaf, too', async () => {
    const grown = await trainer.train(line([1], [0]), 2, forestOf(3));
    expect([...averageProbabilities(grown.compiled, [9])]).toEqual([1, 0]);
  });

  test('learns 255 classes', async () => {
    const values = Array.from({ length: 510 }, (_, i) => i);
    const rows = line(
      values,
      values.map((i) => i >> 1),
    );
    const grown = await trainer.train(rows, 255, cart);
    expect(accuracy(grown, rows)).toBe(1);
    expect(predict(grown, [509])).toBe(254);
    const shallow = await trainer.train(rows, 255, { ...cart, maxDepth: 2 });
    const shares = averageProbabilities(shallow.compiled, [0]);
    expect(shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 12);
  });

  test('has no more levels, and no smaller leaves and nodes, than asked for', async () => {
    const rows = noisyRows(500, 5, [0], 0.3);
    const depth = (json: unknown): number => {
      const { left, right } = json as { left?: unknown; right?: unknown };
      return left === undefined ? 0 : 1 + Math.max(depth(left), depth(right));
    };
    const rootOf = (grown: GrownForest) =>
      (grown.toJson().baseModel.estimators[0] as { root: unknown } | undefined)?.root;
    expect(depth(rootOf(await trainer.train(rows, 2, { ...cart, maxDepth: 3 })))).toBe(3);
    const counted = async (options: Partial<ForestOptions>) => {
      const grown = await trainer.train(rows, 2, { ...cart, ...options });
      const inLeaf = new Map<string, number>();
      for (let at = 0; at < rows.rows; at++) {
        const leaf = pathOf(grown, row(rows, at));
        inLeaf.set(leaf, (inLeaf.get(leaf) ?? 0) + 1);
      }
      return Math.min(...inLeaf.values());
    };
    expect(await counted({})).toBe(1);
    expect(await counted({ minSamplesLeaf: 20 })).toBeGreaterThanOrEqual(20);
    expect(await counted({ minSamplesLeaf: 20, extraTrees: true })).toBeGreaterThanOrEqual(20);
    const splits = splitsOf(await trainer.train(rows, 2, { ...cart, minSamplesSplit: 501 }));
    expect(splits).toEqual([]);
  });

  test('of rows that part one by one stops at the depth that a model file may have', async () => {
    const values = Array.from({ length: 12_000 }, (_, i) => i);
    const rows = line(
      values,
      values.map((i) => i % 2),
    );
    // Without a gain anywhere the best split is the first, which parts one row.
    const grown = await trainer.train(rows, 2, cart);
    expect(() => compileForest(grown.toJson(), 2)).not.toThrow();
  });
});

/** The way of a row from the root to its leaf. */
function pathOf({ compiled }: GrownForest, features: ArrayLike<number>): string {
  const { feature, threshold, right, leaf } = compiled;
  let path = '';
  let node = 0;
  while ((leaf[node] ?? 0) < 0) {
    const left = (features[feature[node] ?? 0] ?? 0) < (threshold[node] ?? 0);
    path += left ? 'l' : 'r';
    node = left ? node + 1 : (right[node] ?? 0);
  }
  return path;
}

describe('a forest', () => {
  const rows = noisyRows(600, 12, [2, 5], 0.1);

  test('is the same on one thread and on many; another seed grows another', async () => {
    for (const options of [
      forestOf(40),
      { ...forestOf(40), classWeight: 'balanced-subsample' as const, oob: true, permutationImportance: true },
      { ...forestOf(40), extraTrees: true, criterion: 'entropy' as const },
    ]) {
      const one = await trainer.train(rows, 2, { ...options, threads: 1 });
      for (const threads of [2, 7, 64]) {
        const many = await trainer.train(rows, 2, { ...options, threads });
        expect(nodesOf(many)).toEqual(nodesOf(one));
        expect(many.importances).toEqual(one.importances);
        expect(many.permutationImportances).toEqual(one.permutationImportances);
        expect(many.outOfBag).toEqual(one.outOfBag);
      }
      const other = await trainer.train(rows, 2, { ...options, seed: 43 });
      expect(nodesOf(other)).not.toEqual(nodesOf(one));
    }
  });

  test('more trees begin with the trees of fewer', async () => {
    const few = await trainer.train(rows, 2, forestOf(3));
    const more = await trainer.train(rows, 2, forestOf(6));
    const nodes = few.compiled.feature.length;
    expect(more.compiled.threshold.subarray(0, nodes)).toEqual(few.compiled.threshold);
  });

  test('of float32 rows is that of the same numbers in float64', async () => {
    const features = Float32Array.from(rows.features);
    const single = await trainer.train({ ...rows, features }, 2, forestOf(5));
    const double = await trainer.train({ ...rows, features: Float64Array.from(features) }, 2, forestOf(5));
    expect(nodesOf(single)).toEqual(nodesOf(double));
  });

  test('of weights that are all the same is the forest without weights; a class of no rows changes nothing', async () => {
    const plain = await trainer.train(rows, 2, forestOf(10));
    const weights = new Float64Array(rows.rows).fill(1);
    const weighted = await trainer.train({ ...rows, weights }, 2, forestOf(10));
    expect(nodesOf(weighted)).toEqual(nodesOf(plain));
    const third = await trainer.train(rows, 3, forestOf(10));
    expect(third.compiled.threshold).toEqual(plain.compiled.threshold);
  });

  test('learns the more of a row the more it weighs, or its class does', async () => {
    const tied = line([1, 1, 1, 1], [0, 0, 0, 1]);
    const shares = async (weights: Float64Array | undefined, options: Partial<ForestOptions>) => {
      const given = weights === undefined ? tied : { ...tied, weights };
      return [
        ...averageProbabilities((await trainer.train(given, 2, { ...cart, ...options })).compiled, [1]),
      ];
    };
    expect(await shares(undefined, {})).toEqual([0.75, 0.25]);
    expect(await shares(Float64Array.of(1, 1, 1, 7), {})).toEqual([0.3, 0.7]);
    expect(await shares(undefined, { classWeight: [1, 3] })).toEqual([0.5, 0.5]);
    expect(await shares(undefined, { classWeight: 'balanced' })).toEqual([0.5, 0.5]);
    expect(await shares(undefined, { classWeight: 'balanced-subsample' })).toEqual([0.5, 0.5]);
    expect(await shares(undefined, { balance: true })).toEqual([0.5, 0.5]);
  });

  test('is measured out of bag about as well as on rows that it has never seen', async () => {
    const more = noisyRows(2000, 12, [2, 5], 0.1);
    const grown = await trainer.train(rows, 2, { ...forestOf(200), oob: true });
    const { accuracy: measured = 0, probabilities } = grown.outOfBag ?? {};
    expect(Math.abs(measured - accuracy(grown, more))).toBeLessThan(0.04);
    expect(measured).toBeLessThan(accuracy(grown, rows) - 0.05);
    expect(probabilities).toHaveLength(1200);
    for (let i = 0; i < 1200; i += 2) {
      expect((probabilities?.[i] ?? 0) + (probabilities?.[i + 1] ?? 0)).toBeCloseTo(1, 12);
    }
  });

  test('says nothing out of bag of a row that every tree has learnt from', async () => {
    const grown = await trainer.train(rows, 2, { ...forestOf(2), bootstrap: false, oob: true });
    expect(grown.outOfBag?.probabilities.every(Number.isNaN)).toBe(true);
  });

  test.each([
    ['Gini importance', {}],
    ['importance by entropy', { criterion: 'entropy' as const }],
    ['importance of extremely randomised trees', { extraTrees: true }],
  ])('%s finds the features that tell the class', async (_, options) => {
    const { importances = new Float64Array() } = await trainer.train(rows, 2, {
      ...forestOf(60),
      ...options,
    });
    expect(importances.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 9);
    const best = [...importances.keys()].sort((a, b) => (importances[b] ?? 0) - (importances[a] ?? 0));
    expect(best.slice(0, 2).sort()).toEqual([2, 5]);
  });

  test('permutation importance finds them, too, and is about nothing for noise', async () => {
    const grown = await trainer.train(rows, 2, { ...forestOf(60), permutationImportance: true });
    grown.permutationImportances?.forEach((loss, column) => {
      if (column === 2 || column === 5) expect(loss).toBeGreaterThan(0.05);
      else expect(Math.abs(loss)).toBeLessThan(0.03);
    });
  });

  test('extremely randomised trees draw thresholds between the least and the greatest value', async () => {
    const values = Array.from({ length: 11 }, (_, i) => i / 10);
    const stump = { ...cart, extraTrees: true, maxDepth: 1 };
    const drawn = await Promise.all(
      Array.from({ length: 300 }, (_, seed) =>
        trainer.train(
          line(
            values,
            values.map((x) => Number(x > 0.45)),
          ),
          2,
          { ...stump, seed },
        ),
      ),
    );
    const thresholds = drawn.flatMap(splitsOf).map(({ threshold }) => threshold);
    // Each of the ten gaps is as likely as any other.
    const counts = values.slice(1).map((x, i) => {
      return thresholds.filter((t) => t > (values[i] ?? 0) && t <= x).length;
    });
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(300);
    for (const count of counts) expect(Math.abs(count - 30)).toBeLessThan(20);
  });

  test('is read by ml-random-forest itself, each tree of which predicts the same', async () => {
    const deep = await trainer.train(rows, 2, forestOf(20));
    const coarse = await trainer.train(noisyRows(300, 6, [1], 0.2), 4, {
      ...forestOf(20),
      minSamplesLeaf: 9,
    });
    for (const [grown, width] of [
      [deep, 12],
      [coarse, 6],
    ] as const) {
      const json: unknown = JSON.parse(JSON.stringify(grown.toJson()));
      const theirs = RandomForestClassifier.load(json as never);
      const trees = theirs.estimators as unknown as {
        root: { classify(features: number[]): { to2DArray(): number[][] } };
      }[];
      const test = noisyRows(50, width, [0]);
      for (let at = 0; at < test.rows; at++) {
        const features = row(test, at);
        const sums = new Float64Array(grown.compiled.classes);
        trees.forEach(({ root }, tree) => {
          const columns = theirs.indexes?.[tree] ?? [];
          const [shares = []] = root.classify(columns.map((column) => features[column] ?? NaN)).to2DArray();
          shares.forEach((share, i) => (sums[i] = (sums[i] ?? 0) + share));
        });
        const ours = averageProbabilities(grown.compiled, features);
        ours.forEach((share, i) => expect(share).toBeCloseTo((sums[i] ?? 0) / trees.length, 12));
        expect(averageProbabilities(compileForest(json as never, grown.compiled.classes), features)).toEqual(
          ours,
        );
      }
    }
    const few = Array.from({ length: 50 }, (_, at) => Array.from(row(rows, at)));
    const theirs = RandomForestClassifier.load(deep.toJson() as never);
    expect(theirs.predict(few)).toEqual(few.map((features) => predict(deep, features)));
  });
});

describe('rows and options that will not do are refused', () => {
  const good = noisyRows(30, 4, [0]);

  test.each([NaN, Infinity, -Infinity])('%d among the features: with row and column', async (value) => {
    const features = Float64Array.from(good.features);
    features[4 * 11 + 2] = value;
    features[4 * 20] = value;
    await expect(trainer.train({ ...good, features }, 2, cart)).rejects.toThrow(
      new RangeError('row 12, column 3: not a finite number'),
    );
  });

  test('a class that there is not: with the row', async () => {
    await expect(trainer.train(good, 1, cart)).rejects.toThrow('classCount');
    const classes = Uint8Array.from(good.classes);
    classes[7] = 2;
    await expect(trainer.train({ ...good, classes }, 2, cart)).rejects.toThrow(
      'row 8: there is no such class',
    );
  });

  test.each<[string, Partial<TrainingRows>]>([
    ['fewer features than said', { rows: 31 }],
    ['no rows', { rows: 0 }],
    ['half a row', { rows: 1.5 }],
    ['rows without end', { rows: Infinity }],
    ['more rows than memory', { rows: 2 ** 31 - 1, columns: 65_536 }],
    ['no columns', { columns: 0 }],
    ['fewer classes than rows', { classes: new Uint8Array(29) }],
    ['whole numbers as features', { features: new Int32Array(120) as never }],
    ['a list as features', { features: [1, 2, 3] as never }],
    ['classes of another type', { classes: new Uint16Array(30) as never }],
    ['fewer weights than rows', { weights: new Float64Array(29).fill(1) }],
    ['a weight of nothing', { weights: new Float64Array(30) }],
    ['a weight without end', { weights: new Float64Array(30).fill(Infinity) }],
  ])('%s', async (_, change) => {
    await expect(trainer.train({ ...good, ...change }, 2, cart)).rejects.toThrow();
  });

  test.each<[string, Partial<ForestOptions>]>([
    ['no trees', { trees: 0 }],
    ['too many trees', { trees: 10_001 }],
    ['no levels', { maxDepth: 0 }],
    ['leaves of nothing', { minSamplesLeaf: 0 }],
    ['splits of one row', { minSamplesSplit: 1 }],
    ['no threads', { threads: 0 }],
    ['a seed below nothing', { seed: -1 }],
    ['a criterion of another kind', { criterion: 'mse' as never }],
    ['too few class weights', { classWeight: [1] }],
    ['a class weight of nothing', { classWeight: [1, 0] }],
    ['a class weight that is no number', { classWeight: [1, NaN] }],
    ['a class weight too large to be squared', { classWeight: [1, 1e300] }],
  ])('%s', async (_, change) => {
    await expect(trainer.train(good, 2, { ...cart, ...change })).rejects.toThrow(RangeError);
  });

  test('a forest larger than a model file may be: a sentence with what to do', async () => {
    const rows = noisyRows(20_000, 1, [], 0.5);
    const training = trainer.train(rows, 2, { ...forestOf(10_000), bootstrap: false });
    await expect(training).rejects.toMatchObject({
      code: 'FOREST_TOO_LARGE',
      message: expect.stringContaining('--min-samples-leaf') as string,
    });
  });
});

describe('while it grows', () => {
  const rows = noisyRows(3000, 40, [1, 2], 0.2);

  test('the rows may be changed: the forest has copies of its own', async () => {
    const features = Float64Array.from(rows.features);
    const training = trainer.train({ ...rows, features }, 2, forestOf(20));
    features.fill(NaN);
    structuredClone(features.buffer, { transfer: [features.buffer] });
    expect(nodesOf(await training)).toEqual(nodesOf(await trainer.train(rows, 2, forestOf(20))));
  });

  test('it tells how many trees are done, in the end all', async () => {
    const told: number[] = [];
    await trainer.train(rows, 2, forestOf(150), { onTree: (done) => told.push(done) });
    expect(told.at(-1)).toBe(150);
    expect(told).toEqual([...told].sort((a, b) => a - b));
    expect(told.length).toBeGreaterThan(1);
  });

  test('the main thread is free, and a signal ends it long before its time', async () => {
    const controller = new AbortController();
    const reason = new Error('enough');
    const training = trainer.train(rows, 2, forestOf(10_000), { signal: controller.signal });
    setTimeout(() => controller.abort(reason), 50);
    const started = process.cpuUsage();
    await expect(training).rejects.toBe(reason);
    // All 10,000 trees take minutes of processor time.
    expect(process.cpuUsage(started).user / 1e6).toBeLessThan(5);
  });

  test('a signal that was given before ends it before it begins', async () => {
    const signal = AbortSignal.abort(new Error('no'));
    await expect(trainer.train(rows, 2, forestOf(1), { signal })).rejects.toThrow('no');
  });

  test('several may grow at once', async () => {
    const alone = await trainer.train(rows, 2, forestOf(5));
    const together = await Promise.all(Array.from({ length: 6 }, () => trainer.train(rows, 2, forestOf(5))));
    for (const grown of together) expect(nodesOf(grown)).toEqual(nodesOf(alone));
  });

  test('a worker thread can grow one, and be ended while it does', async () => {
    const code = `
      const { parentPort, workerData } = require('node:worker_threads');
      const { growForest } = require(workerData.addon);
      const features = Float64Array.from({ length: 200000 }, (_, i) => Math.sin(i * i));
      const classes = Uint8Array.from({ length: 2000 }, (_, i) => i % 2);
      const rows = { features, classes, rows: 2000, columns: 100, classCount: 2 };
      const options = { trees: 4, criterion: 'gini', maxFeatures: 10, maxDepth: 99, minSamplesSplit: 2, minSamplesLeaf: 1,
        bootstrap: true, balance: false, classWeight: 'none', extraTrees: false, oob: false,
        permutationImportance: false, seed: 1, threads: 2 };
      growForest(rows, options).result.then((forest) => {
        growForest(rows, { ...options, trees: 10000 });
        parentPort.postMessage(forest.roots.length);
      });`;
    for (let round = 0; round < 3; round++) {
      const worker = new Worker(code, { eval: true, workerData: { addon } });
      const trees = await new Promise((resolve, reject) => {
        worker.once('message', resolve);
        worker.once('error', reject);
      });
      expect(trees).toBe(4);
      const started = process.cpuUsage();
      expect(await worker.terminate()).toBe(1);
      expect(process.cpuUsage(started).user / 1e6).toBeLessThan(5);
    }
  });

  unsanitizedTest('thousands of trainings leave nothing behind', async () => {
    const small = noisyRows(200, 20, [0]);
    const grow = async (times: number) => {
      for (let i = 0; i < times; i++) {
        const controller = new AbortController();
        const training = trainer.train(small, 2, { ...forestOf(2), seed: i, oob: true }, controller);
        if (i % 3 === 0) controller.abort(new Error('enough'));
        await training.catch(() => undefined);
      }
    };
    await grow(500);
    const before = process.memoryUsage.rss();
    await grow(2500);
    // A leak of the rows alone would be 80 MB.
    expect((process.memoryUsage.rss() - before) / 2 ** 20).toBeLessThan(40);
  });
});

describeWith('on real rows', [referenceFeatures], () => {
  test('the out-of-bag score is close to that of a five-fold cross-validation', async () => {
    const data = realRows();
    const { outOfBag } = await trainer.train(data, 2, { ...forestOf(200), oob: true });
    let right = 0;
    for (let fold = 0; fold < 5; fold++) {
      const part = (held: boolean) => {
        const kept = Array.from({ length: data.rows }, (_, at) => at).filter(
          (at) => (at % 5 === fold) === held,
        );
        return rowsOf(
          kept.map((at) => Array.from(row(data, at))),
          kept.map((at) => data.classes[at] ?? 0),
        );
      };
      const test = part(true);
      right += test.rows * accuracy(await trainer.train(part(false), 2, forestOf(200)), test);
    }
    expect(Math.abs((outOfBag?.accuracy ?? 0) - right / data.rows)).toBeLessThan(0.05);
    expect(right / data.rows).toBeGreaterThan(0.7);
  });
});
