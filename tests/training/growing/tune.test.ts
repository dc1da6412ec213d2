import { describe, expect, test } from 'vitest';
import { drawCandidates, type CandidateOptions } from '../../../src/training/growing/candidates.js';
import { compileForest } from '../../../src/emotion/compiled-forest.js';
import { datasetOf, type Dataset } from '../../../src/training/dataset/dataset.js';
import type { ForestJson } from '../../../src/emotion/forest-file.js';
import {
  defaultForestOptions,
  type ForestTrainer,
} from '../../../src/training/growing/engines/forest-trainer.js';
import { planSplits } from '../../../src/training/dataset/folds.js';
import { mean } from '../../../src/training/measuring/metrics.js';
import { randomStream } from '../../../src/common/random.js';
import { TreeGrower } from '../../../src/training/growing/engines/tree-grower.js';
import { treesToGrow, tune, type TuningPlan } from '../../../src/training/growing/tune.js';

const [preset = { ...defaultForestOptions }] = drawCandidates(1, { engine: 'native', columns: 2, seed: 1 });

/** Rows whose first number says which row it is; the second may say its class. */
function rowsOf(classes: readonly number[], telling: (label: number, row: number) => number): Dataset {
  return datasetOf(
    classes.map((label, row) => [row, telling(label, row)]),
    classes,
  );
}

/** Grows real trees here and now, and keeps which rows each forest has learnt from. */
function recordingTrainer(): { trainer: ForestTrainer; learnt: Set<number>[] } {
  const learnt: Set<number>[] = [];
  const trainer: ForestTrainer = {
    engine: 'ml-random-forest',
    engineVersion: '',
    train: ({ features, classes: labels, rows, columns }, classes, options, hooks) => {
      const all = Array.from({ length: rows }, (_, row) =>
        Array.from(features.subarray(row * columns, (row + 1) * columns)),
      );
      learnt.push(new Set(all.map(([row = NaN]) => row)));
      const { balance, seed, minSamplesLeaf: leafSamples } = options;
      const treeOptions = {
        maxFeatures: 2,
        maxDepth: options.maxDepth ?? Infinity,
        leafSamples,
        balance,
        seed,
      };
      const grower = new TreeGrower(datasetOf(all, Array.from(labels)), treeOptions);
      const grown = Array.from({ length: options.trees }, (_, tree) => grower.grow(tree));
      hooks?.onTree?.(options.trees);
      const json: ForestJson = {
        name: 'RFClassifier',
        baseModel: {
          isClassifier: true,
          nEstimators: options.trees,
          indexes: grown.map((tree) => tree.columns),
          estimators: grown.map(({ root }) => ({ name: 'DTClassifier', root })),
        },
      };
      return Promise.resolve({ compiled: compileForest(json, classes), toJson: () => json });
    },
  };
  return { trainer, learnt };
}

function planOf(
  trainer: ForestTrainer,
  candidates: readonly CandidateOptions[],
  more: Partial<TuningPlan> = {},
): TuningPlan {
  return {
    trainer,
    options: { ...defaultForestOptions, threads: 1 },
    labels: ['HAPPY', 'SAD'],
    candidates,
    metric: 'balanced-accuracy',
    outerFolds: 4,
    innerFolds: 3,
    ...more,
  };
}

const few = { ...preset, trees: 5 };
const classes = Array.from({ length: 48 }, (_, row) => (row % 3 === 0 ? 1 : 0));

describe('the search', () => {
  test('no forest that a choice is made on has learnt from the rows that the choice is measured on', async () => {
    const { trainer, learnt } = recordingTrainer();
    const candidates = [few, { ...few, minSamplesLeaf: 8 }];
    const plan = planOf(trainer, candidates);
    await tune(
      rowsOf(classes, (label) => label),
      plan,
    );
    const outer = planSplits(classes, { folds: 4, repeats: 1, testSize: 0, seed: plan.options.seed });
    expect(learnt).toHaveLength(4 * 3 * 2 + 4 * 2);
    outer.forEach(({ test: held }, part) => {
      const choosing = learnt.slice(part * 6, (part + 1) * 6);
      expect(choosing.every((rows) => held.every((row) => !rows.has(row)))).toBe(true);
      expect(choosing.every((rows) => rows.size === 24)).toBe(true);
    });
    expect(learnt.slice(24).every((rows) => rows.size === 36)).toBe(true);
  });

  test('chooses the candidate that is better, each time, and expects of it what it gives', async () => {
    const { trainer } = recordingTrainer();
    // A leaf of all rows says nothing; the second candidate can see what the second number tells.
    const candidates = [{ ...few, minSamplesLeaf: 1000 }, few];
    const result = await tune(
      rowsOf(classes, (label) => label),
      planOf(trainer, candidates),
    );
    expect(result.chosen).toBe(1);
    expect(result.outerChoices).toEqual([1, 1, 1, 1]);
    expect(result.nested).toEqual({ mean: 1, standardError: 0 });
    expect(result.candidates[0]?.mean).toBe(0.5);
  });

  test('by log-loss less is better', async () => {
    const { trainer } = recordingTrainer();
    const candidates = [{ ...few, minSamplesLeaf: 1000 }, few];
    const result = await tune(
      rowsOf(classes, (label) => label),
      planOf(trainer, candidates, { metric: 'log-loss' }),
    );
    expect(result.chosen).toBe(1);
  });

  test('where there is nothing to learn, the naive estimate promises more than the nested one', async () => {
    const candidates = Array.from({ length: 8 }, (_, i) => ({ ...few, trees: 1 + i, minSamplesLeaf: 1 + i }));
    const excess: number[] = [];
    for (let seed = 1; seed <= 6; seed++) {
      const random = randomStream(seed);
      const noise = Array.from({ length: 60 }, () => random(2));
      const plan = planOf(recordingTrainer().trainer, candidates);
      const result = await tune(
        rowsOf(noise, () => random(1000)),
        plan,
      );
      const naive = result.candidates[result.chosen]?.mean ?? NaN;
      expect(naive).toBe(Math.max(...result.candidates.map((candidate) => candidate.mean)));
      excess.push(naive - result.nested.mean);
    }
    expect(mean(excess)).toBeGreaterThan(0.01);
  });

  test('people stay together, within the choice as well', async () => {
    const { trainer, learnt } = recordingTrainer();
    const groups = classes.map((_, row) => `person-${row % 16}`);
    await tune(
      rowsOf(classes, (label) => label),
      planOf(trainer, [few], { groups }),
    );
    for (const rows of learnt) {
      const people = [...rows].map((row) => groups[row]);
      expect(rows.size).toBe(3 * new Set(people).size);
    }
  });

  test('tells how far it is: every tree, and a share of the work that ends at 1', async () => {
    const { trainer } = recordingTrainer();
    const plan = planOf(trainer, [few, { ...few, trees: 2 }]);
    const shares: number[] = [];
    let trees = 0;
    await tune(
      rowsOf(classes, (label) => label),
      plan,
      {
        onTree: (done) => (trees = done),
        onForest: (share) => shares.push(share),
      },
    );
    expect(trees).toBe(treesToGrow(plan));
    expect(shares.at(-1)).toBeCloseTo(1, 12);
    expect(shares).toEqual([...shares].sort((a, b) => a - b));
  });

  test('rows that do not reach are told before a tree grows', async () => {
    const { trainer, learnt } = recordingTrainer();
    const sparse = classes.map((_, row) => (row < 4 ? 1 : 0));
    await expect(
      tune(
        rowsOf(sparse, (label) => label),
        planOf(trainer, [few], { innerFolds: 4 }),
      ),
    ).rejects.toThrow('too few for 4 parts');
    await expect(
      tune(
        rowsOf(sparse, (label) => label),
        planOf(trainer, [few], { outerFolds: 6 }),
      ),
    ).rejects.toThrow('too few for 6 parts');
    expect(learnt).toHaveLength(0);
  });
});

describe('candidates', () => {
  const faces = { engine: 'native', columns: 136, seed: 42 };

  test('are all different, the default first, the same for the same seed', () => {
    const drawn = drawCandidates(20, faces);
    expect(drawn[0]).toEqual(preset);
    expect(new Set(drawn.map((candidate) => JSON.stringify(candidate))).size).toBe(20);
    expect(drawCandidates(20, faces)).toEqual(drawn);
    expect(drawCandidates(20, { ...faces, seed: 43 })).not.toEqual(drawn);
  });

  test('for ml-random-forest are what it can do, and no more than there are', () => {
    const drawn = drawCandidates(10_000, { ...faces, engine: 'ml-random-forest' });
    expect(drawn.length).toBeLessThan(10_000);
    expect(drawn.every(({ classWeight, extraTrees }) => classWeight === 'none' && !extraTrees)).toBe(true);
  });

  test('are shown faces straightened, too, but rows of another width only as they are', () => {
    const transforms = (columns: number) =>
      drawCandidates(50, { ...faces, columns }).map(({ transform }) => transform);
    expect(new Set(transforms(136))).toEqual(new Set([undefined, 'symmetric-landmarks']));
    expect(new Set(transforms(10))).toEqual(new Set([undefined]));
  });
});
