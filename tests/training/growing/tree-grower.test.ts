import { RandomForestClassifier } from 'ml-random-forest';
import { describe, expect, test } from 'vitest';
import type { Dataset } from '../../../src/training/dataset/dataset.js';
import { derivedSeed } from '../../../src/common/random.js';
import type { TreeNode } from '../../../src/training/growing/engines/forest-json.js';
import { TreeGrower } from '../../../src/training/growing/engines/tree-grower.js';
import { faceRows, rowOf } from '../../support/face-rows.js';

const trees = 5;
const options = { maxFeatures: 11, maxDepth: Infinity, leafSamples: 1, balance: false, seed: 42 };

function asArrays(data: Dataset): number[][] {
  return Array.from({ length: data.rows }, (_, row) => Array.from(rowOf(data, row)));
}

function splitsOf(node: TreeNode): number[] {
  return 'distribution' in node ? [] : [node.splitValue, ...splitsOf(node.left), ...splitsOf(node.right)];
}

function load(grown: { columns: number[]; root: TreeNode }[]): RandomForestClassifier {
  const estimators = grown.map(({ root }) => ({ name: 'DTClassifier', options: {}, root }));
  const indexes = grown.map(({ columns }) => columns);
  const baseModel = { isClassifier: true, nEstimators: grown.length, indexes, estimators };
  return RandomForestClassifier.load({ name: 'RFClassifier', baseModel } as never);
}

describe('trees grown on rows of faces', () => {
  const { dataset: data } = faceRows();
  const rows = asArrays(data);

  test('predict every training row as the package itself does, with splits of a few digits', () => {
    const grower = new TreeGrower(data, options);
    for (let tree = 0; tree < trees; tree++) {
      const own = grower.grow(tree);
      const theirs = new RandomForestClassifier({
        nEstimators: 1,
        seed: derivedSeed(options.seed, tree),
        maxFeatures: options.maxFeatures,
        replacement: false,
        useSampleBagging: true,
        noOOB: true,
        treeOptions: { gainFunction: 'gini', minNumSamples: 1, gainThreshold: 0 },
      });
      theirs.train(rows, Array.from(data.classes));
      expect(load([own]).predict(rows)).toEqual(theirs.predict(rows));
      const lengths = splitsOf(own.root).map((split) => `${split}`.length);
      expect(lengths.reduce((sum, n) => sum + n, 0) / lengths.length).toBeLessThan(7);
    }
  });

  test('grow to the end: each row that a tree learnt from falls into a leaf of its own class', () => {
    const grower = new TreeGrower(data, options);
    const forest = load(Array.from({ length: 25 }, (_, tree) => grower.grow(tree)));
    expect(forest.predict(rows)).toEqual(Array.from(data.classes));
  });

  test('a tree depends on the seed and its number alone', () => {
    const first = new TreeGrower(data, options);
    const second = new TreeGrower(data, options);
    second.grow(5);
    expect(second.grow(3)).toEqual(first.grow(3));
    expect(first.grow(4)).not.toEqual(first.grow(3));
    expect(new TreeGrower(data, { ...options, seed: 7 }).grow(3)).not.toEqual(first.grow(3));
  });

  test('one feature a tree means one', () => {
    expect(new TreeGrower(data, { ...options, maxFeatures: 1 }).grow(0).columns).toHaveLength(1);
  });
});
