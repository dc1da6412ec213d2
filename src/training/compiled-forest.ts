import { ForestFault, type ForestJson } from './forest-file.js';

const maxNodes = 5_000_000;
const maxDepth = 4096;
/** Probabilities in all leaves together: with many labels a small file could ask for gigabytes. */
const maxShares = 20_000_000;

/** All trees of a forest in flat arrays; the nodes of a tree lie in preorder, so a left child follows its parent. */
export interface CompiledForest {
  /** Index of each tree's first node. */
  roots: Int32Array;
  /** The feature a node asks for; -1 for a leaf. */
  feature: Int32Array;
  /** Rows whose feature is smaller go left. */
  threshold: Float64Array;
  /** Index of the right child; for a leaf, where its distribution starts. */
  right: Int32Array;
  /** `classes` probabilities a leaf. */
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
      distributions: Float64Array.from(this.#distributions),
      classes: this.#classes,
    };
  }

  #addNode(next: Pending, columns: readonly number[], pending: Pending[]): void {
    const { node, path, depth, rightOf } = next;
    const index = this.#feature.length;
    if (index >= maxNodes) throw tooMuch(path, `${maxNodes} nodos`, `${maxNodes} nodes`);
    if (depth > maxDepth) throw tooMuch(path, `${maxDepth} niveles`, `${maxDepth} levels`);
    if (rightOf >= 0) this.#right[rightOf] = index;
    if (!isObject(node)) throw wrong(path, 'un objeto', 'an object');
    if ('distribution' in node) {
      this.#addLeaf(node['distribution'], `${path}/distribution`);
      return;
    }
    const split = checkSplit(node, path, columns.length);
    this.#feature.push(columns[split.splitColumn] ?? 0);
    this.#threshold.push(split.splitValue);
    this.#right.push(0);
    // The left child is taken off last-in first-out, right behind its parent.
    pending.push({ node: split.right, path: `${path}/right`, depth: depth + 1, rightOf: index });
    pending.push({ node: split.left, path: `${path}/left`, depth: depth + 1, rightOf: -1 });
  }

  #addLeaf(distribution: unknown, path: string): void {
    const shares = checkDistribution(distribution, path, this.#classes);
    this.#feature.push(-1);
    this.#threshold.push(0);
    this.#right.push(this.#distributions.length);
    if (this.#distributions.length + this.#classes > maxShares) {
      throw tooMuch(path, `${maxShares} probabilidades`, `${maxShares} probabilities`);
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
  const { roots, right, distributions, classes } = forest;
  const sums = new Float64Array(classes);
  for (const root of roots) {
    const start = right[leafOf(forest, root, features)] ?? 0;
    for (let i = 0; i < classes; i++) sums[i] = (sums[i] ?? 0) + (distributions[start + i] ?? 0);
  }
  return sums.map((sum) => sum / roots.length);
}

function leafOf(forest: CompiledForest, root: number, features: ArrayLike<number>): number {
  const { feature, threshold, right } = forest;
  let node = root;
  for (let column = feature[node] ?? -1; column >= 0; column = feature[node] ?? -1) {
    const goesLeft = (features[column] ?? 0) < (threshold[node] ?? 0);
    node = goesLeft ? node + 1 : (right[node] ?? 0);
  }
  return node;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function checkSplit(node: Record<string, unknown>, path: string, columns: number): SplitNode {
  const { splitColumn, splitValue, left, right } = node;
  if (!Number.isInteger(splitColumn) || Number(splitColumn) < 0 || Number(splitColumn) >= columns) {
    throw wrong(`${path}/splitColumn`, `un entero menor que ${columns}`, `a whole number below ${columns}`);
  }
  if (!Number.isFinite(splitValue)) throw wrong(`${path}/splitValue`, 'un número finito', 'a finite number');
  return { splitColumn: Number(splitColumn), splitValue: Number(splitValue), left, right };
}

/** ml-cart writes a matrix of one row that ends with the largest class the leaf has seen. */
function checkDistribution(value: unknown, path: string, classes: number): number[] {
  const row: unknown = Array.isArray(value) && value.length === 1 ? value[0] : undefined;
  if (!isNumbers(row) || row.length < 1 || row.length > classes) {
    throw wrong(path, `una fila de 1 a ${classes} números`, `one row of 1 to ${classes} numbers`);
  }
  const total = row.reduce((sum, share) => sum + share, 0);
  if (row.some((share) => !(share >= 0)) || Math.abs(total - 1) > 1e-6) {
    throw wrong(path, 'probabilidades que sumen 1', 'probabilities that sum to 1');
  }
  return row;
}

function isNumbers(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'number');
}

function wrong(path: string, es: string, en: string): ForestFault {
  return new ForestFault(path, { es: `debe ser ${es}`, en: `must be ${en}` });
}

function tooMuch(path: string, es: string, en: string): ForestFault {
  return new ForestFault(path, { es: `pasa de ${es}`, en: `goes beyond ${en}` });
}
