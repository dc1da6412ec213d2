import type { ForestJson } from '../../../emotion/forest-file.js';
import type { TreeNode } from './forest-json.js';
import type { TrainingRows } from './forest-trainer.js';
import { SplitShortener } from './split-shortener.js';

/** Shares are written in thousandths: finer than what a leaf of a few hundred rows knows. */
const shareUnits = 1000;

/**
 * A forest that takes less room as text: split values with as few digits as keep every training row on its side, shares of leaves
 * in thousandths.
 *
 * @param rows what the forest was trained on.
 */
export function shortForest(forest: ForestJson, rows: TrainingRows): ForestJson {
  const shortener = new SplitShortener(rows);
  const { estimators, indexes } = forest.baseModel;
  const short = estimators.map((estimator, tree) => ({
    ...estimator,
    root: shortNode(estimator.root as TreeNode, indexes[tree] ?? [], shortener),
  }));
  return { ...forest, baseModel: { ...forest.baseModel, estimators: short } };
}

function shortNode(node: TreeNode, columns: readonly number[], shortener: SplitShortener): TreeNode {
  if ('distribution' in node) return { distribution: [shortShares(node.distribution[0])] };
  const { splitColumn, splitValue, left, right } = node;
  return {
    splitColumn,
    splitValue: shortener.shorten(columns[splitColumn] ?? 0, splitValue),
    left: shortNode(left, columns, shortener),
    right: shortNode(right, columns, shortener),
  };
}

/** Rounds shares so that they still sum to 1: the largest remainders are rounded up. */
function shortShares(shares: readonly number[]): number[] {
  const units = shares.map((share) => Math.floor(share * shareUnits));
  const missing = shareUnits - units.reduce((sum, unit) => sum + unit, 0);
  const remainder = (i: number) => (shares[i] ?? 0) * shareUnits - (units[i] ?? 0);
  const largest = [...shares.keys()].sort((a, b) => remainder(b) - remainder(a) || a - b);
  for (const i of largest.slice(0, missing)) units[i] = (units[i] ?? 0) + 1;
  return units.map((unit) => unit / shareUnits);
}
