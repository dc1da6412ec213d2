import type { CompiledForest } from '../../../emotion/compiled-forest.js';
import type { ForestJson } from '../../../emotion/forest-file.js';
import type { ForestOptions } from './forest-trainer.js';

/** A node of an ml-cart tree with what predicting needs and nothing else. */
export type TreeNode =
  { distribution: [number[]] } | { splitColumn: number; splitValue: number; left: TreeNode; right: TreeNode };

/**
 * A forest in the JSON form of ml-random-forest's `RandomForestClassifier`. Each tree's columns are the features that it
 * asks for.
 *
 * @param maxFeatures features tried at a split.
 */
export function forestJsonOf(
  forest: CompiledForest,
  maxFeatures: number,
  { bootstrap, seed }: Pick<ForestOptions, 'bootstrap' | 'seed'>,
): ForestJson {
  const trees = Array.from(forest.roots, (root, tree) =>
    treeOf(forest, root, forest.roots[tree + 1] ?? forest.feature.length),
  );
  const baseModel = {
    indexes: trees.map(({ columns }) => columns),
    n: maxFeatures,
    replacement: false,
    maxFeatures,
    nEstimators: trees.length,
    treeOptions: {},
    isClassifier: true as const,
    seed,
    estimators: trees.map(({ root }) => ({
      name: 'DTClassifier' as const,
      options: { kind: 'classifier' },
      root,
    })),
    useSampleBagging: bootstrap,
  };
  return { name: 'RFClassifier', baseModel };
}

/** The tree whose nodes lie from `begin` to before `end`. */
function treeOf(forest: CompiledForest, begin: number, end: number): { columns: number[]; root: TreeNode } {
  const { feature, threshold, right, leaf } = forest;
  const asked = feature.subarray(begin, end).filter((_, node) => (leaf[begin + node] ?? 0) < 0);
  // ml-random-forest takes the rows' columns by this list, and would not know what to do with none.
  const columns = asked.length === 0 ? [0] : [...new Set(asked)].sort((a, b) => a - b);
  const places = new Map(columns.map((column, place) => [column, place]));
  const nodes: TreeNode[] = [];
  // Backwards, so that both children are there before their parent.
  for (let node = end - 1; node >= begin; node--) {
    const start = leaf[node] ?? 0;
    const place = places.get(feature[node] ?? 0) ?? 0;
    const left = nodes[node + 1 - begin];
    const other = nodes[(right[node] ?? 0) - begin];
    nodes[node - begin] =
      start >= 0 || left === undefined || other === undefined
        ? { distribution: [leafShares(forest, start)] }
        : { splitColumn: place, splitValue: threshold[node] ?? 0, left, right: other };
  }
  const [root] = nodes;
  if (root === undefined) throw new RangeError('a tree without nodes');
  return { columns, root };
}

/** A leaf's class shares up to the last class it has seen, as ml-cart writes them. */
function leafShares({ distributions, classes }: CompiledForest, start: number): number[] {
  const shares = distributions.subarray(start, start + classes);
  return Array.from(shares.subarray(0, 1 + shares.findLastIndex((share) => share > 0)));
}
