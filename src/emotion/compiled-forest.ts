import { ForestFault, type ForestJson } from './forest-file.js';
import { texts } from './texts.js';

const maxNodes = 5_000_000;
const maxDepth = 4096;
/** Probabilities in all leaves together: with many labels a small file could ask for gigabytes. */
const maxShares = 20_000_000;

/**
 * All trees of a forest in flat arrays; the nodes of a tree lie in preorder, so a left child follows its parent. A leaf is
 * its own right child and sends every row there, so that walking on from it does no harm.
 */
export interface CompiledForest {
  /** Index of each tree's first node. */
  roots: Int32Array;
  /** The feature a node asks for; 0 for a leaf. */
  feature: Int32Array;
  /** Rows whose feature is smaller go left; -Infinity for a leaf. */
  threshold: Float64Array;
  /** Index of the right child; for a leaf, its own. */
  right: Int32Array;
  /** Where a leaf's distribution starts; -1 for any other node. */
  leaf: Int32Array;
  /** `classes` probabilities a leaf; leaves may share them. */
  distributions: Float64Array;
  classes: number;
}

interface Pending {
  node: unknown;
  path: string;
  depth: number;
  /** The node whose right child this is; -1 for roots and left children. */
  rightOf: number;
}

interface SplitNode {
  splitColumn: number;
  splitValue: number;
  left: unknown;
  right: unknown;
}

/** Walks the JSON trees without recursion, checks every node and lays it down. */
class Compiler {
  readonly #classes: number;
  readonly #feature: number[] = [];
  readonly #threshold: number[] = [];
  readonly #right: number[] = [];
  readonly #leaf: number[] = [];
  readonly #distributions: number[] = [];

  constructor(classes: number) {
    this.#classes = classes;
  }

  /** Lays down one tree; gives the index of its root. */
  addTree(root: unknown, columns: readonly number[], path: string): number {
    const first = this.#feature.length;
    const pending: Pending[] = [{ node: root, path, depth: 0, rightOf: -1 }];
    for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
      this.#addNode(next, columns, pending);
    }
    return first;
  }

  finish(roots: number[]): CompiledForest {
    return {
      roots: Int32Array.from(roots),
      feature: Int32Array.from(this.#feature),
      threshold: Float64Array.from(this.#threshold),
      right: Int32Array.from(this.#right),
      leaf: Int32Array.from(this.#leaf),
      distributions: Float64Array.from(this.#distributions),
      classes: this.#classes,
    };
  }

  #addNode(next: Pending, columns: readonly number[], pending: Pending[]): void {
    const { node, path, depth, rightOf } = next;
    const index = this.#feature.length;
    if (index >= maxNodes) throw new ForestFault(path, texts.tooManyNodes(maxNodes));
    if (depth > maxDepth) throw new ForestFault(path, texts.tooManyLevels(maxDepth));
    if (rightOf >= 0) this.#right[rightOf] = index;
    if (!isObject(node)) throw new ForestFault(path, texts.mustBeObject);
    if ('distribution' in node) {
      this.#addLeaf(node['distribution'], `${path}/distribution`);
      return;
    }
    const split = checkSplit(node, path, columns.length);
    this.#feature.push(columns[split.splitColumn] ?? 0);
    this.#threshold.push(split.splitValue);
    this.#right.push(0);
    this.#leaf.push(-1);
    // The left child is taken off last-in first-out, right behind its parent.
    pending.push({ node: split.right, path: `${path}/right`, depth: depth + 1, rightOf: index });
    pending.push({ node: split.left, path: `${path}/left`, depth: depth + 1, rightOf: -1 });
  }

  #addLeaf(distribution: unknown, path: string): void {
    const shares = checkDistribution(distribution, path, this.#classes);
    this.#right.push(this.#feature.length);
    this.#feature.push(0);
    this.#threshold.push(-Infinity);
    this.#leaf.push(this.#distributions.length);
    if (this.#distributions.length + this.#classes > maxShares) {
      throw new ForestFault(path, texts.tooManyShares(maxShares));
    }
    for (let i = 0; i < this.#classes; i++) this.#distributions.push(shares[i] ?? 0);
  }
}

/**
 * Checks every node of every tree and compiles the forest.
 *
 * @param classes number of labels.
 * @throws ForestFault with the JSON pointer of the first node that is wrong.
 */
export function compileForest(forest: ForestJson, classes: number): CompiledForest {
  const compiler = new Compiler(classes);
  const { estimators, indexes } = forest.baseModel;
  const roots = estimators.map(({ root }, tree) =>
    compiler.addTree(root, indexes[tree] ?? [], `/forest/baseModel/estimators/${tree}/root`),
  );
  return compiler.finish(roots);
}

/**
 * Mean over the trees of the class probabilities in the leaves that a row falls into.
 *
 * @param features the row; as many numbers as the forest was trained on.
 * @returns one probability a class.
 */
export function averageProbabilities(forest: CompiledForest, features: ArrayLike<number>): Float64Array {
  const sums = new Float64Array(forest.classes);
  // Of one type, so that the walk is compiled for that type alone.
  addLeaves(forest, features instanceof Float64Array ? features : Float64Array.from(features), sums);
  for (let i = 0; i < sums.length; i++) sums[i] = (sums[i] ?? 0) / forest.roots.length;
  return sums;
}

/**
 * Walks four trees at a time: a step waits for memory and for the one before, and four walks wait together. Which child
 * is next is calculated, because a processor cannot foresee it.
 */
function addLeaves(forest: CompiledForest, row: Float64Array, sums: Float64Array): void {
  const { roots, feature, threshold, right, leaf } = forest;
  for (let tree = 0; tree < roots.length; tree += 4) {
    let a = roots[tree] ?? 0;
    // Past the last tree the first walks go along once more, and are not counted.
    let b = roots[tree + 1] ?? a;
    let c = roots[tree + 2] ?? a;
    let d = roots[tree + 3] ?? a;
    let toRightA = (right[a] ?? 0) - a;
    let toRightB = (right[b] ?? 0) - b;
    let toRightC = (right[c] ?? 0) - c;
    let toRightD = (right[d] ?? 0) - d;
    while ((toRightA | toRightB | toRightC | toRightD) !== 0) {
      a += toRightA + (-Number((row[feature[a] ?? 0] ?? 0) < (threshold[a] ?? 0)) & (1 - toRightA));
      b += toRightB + (-Number((row[feature[b] ?? 0] ?? 0) < (threshold[b] ?? 0)) & (1 - toRightB));
      c += toRightC + (-Number((row[feature[c] ?? 0] ?? 0) < (threshold[c] ?? 0)) & (1 - toRightC));
      d += toRightD + (-Number((row[feature[d] ?? 0] ?? 0) < (threshold[d] ?? 0)) & (1 - toRightD));
      toRightA = (right[a] ?? 0) - a;
      toRightB = (right[b] ?? 0) - b;
      toRightC = (right[c] ?? 0) - c;
      toRightD = (right[d] ?? 0) - d;
    }
    addDistribution(forest, leaf[a] ?? 0, sums);
    if (tree + 1 < roots.length) addDistribution(forest, leaf[b] ?? 0, sums);
    if (tree + 2 < roots.length) addDistribution(forest, leaf[c] ?? 0, sums);
    if (tree + 3 < roots.length) addDistribution(forest, leaf[d] ?? 0, sums);
  }
}

function addDistribution({ distributions }: CompiledForest, start: number, sums: Float64Array): void {
  for (let i = 0; i < sums.length; i++) sums[i] = (sums[i] ?? 0) + (distributions[start + i] ?? 0);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function checkSplit(node: Record<string, unknown>, path: string, columns: number): SplitNode {
  const { splitColumn, splitValue, left, right } = node;
  if (!Number.isInteger(splitColumn) || Number(splitColumn) < 0 || Number(splitColumn) >= columns) {
    throw new ForestFault(`${path}/splitColumn`, texts.mustBeWholeBelow(columns));
  }
  if (!Number.isFinite(splitValue)) throw new ForestFault(`${path}/splitValue`, texts.mustBeFinite);
  return { splitColumn: Number(splitColumn), splitValue: Number(splitValue), left, right };
}

/** ml-cart writes a matrix of one row that ends with the largest class the leaf has seen. */
function checkDistribution(value: unknown, path: string, classes: number): number[] {
  const row: unknown = Array.isArray(value) && value.length === 1 ? value[0] : undefined;
  if (!isNumbers(row) || row.length < 1 || row.length > classes) {
    throw new ForestFault(path, texts.mustBeRowOf(classes));
  }
  const total = row.reduce((sum, share) => sum + share, 0);
  if (row.some((share) => !(share >= 0)) || Math.abs(total - 1) > 1e-6) {
    throw new ForestFault(path, texts.mustSumToOne);
  }
  return row;
}

function isNumbers(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'number');
}
