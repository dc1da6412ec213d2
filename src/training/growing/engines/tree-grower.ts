import { RandomForestClassifier } from 'ml-random-forest';
import type { TreeNode } from './forest-json.js';
import type { TrainingRows } from './forest-trainer.js';
import { derivedSeed } from '../../../common/random.js';
import { balancedRows } from '../../dataset/split.js';
import { SplitShortener } from './split-shortener.js';

/** One tree and which features its columns are. */
export interface GrownTree {
  columns: number[];
  root: TreeNode;
}

/** What of a forest's options the package knows. */
export interface TreeOptions {
  /** Features a tree, from 1 on. */
  maxFeatures: number;
  /** Levels below the root. */
  maxDepth: number;
  /** Nodes of at most this many samples become leaves. */
  leafSamples: number;
  balance: boolean;
  seed: number;
}

/** The nodes as ml-cart leaves them; a leaf that was tried to be split has the rest, too. */
interface CartNode {
  distribution?: { to2DArray(): number[][] };
  splitColumn?: number;
  splitValue?: number;
  left?: CartNode;
  right?: CartNode;
}

/** Grows single trees with ml-random-forest, each from a seed of its own. */
export class TreeGrower {
  readonly #rows: number[][];
  readonly #classes: number[];
  readonly #options: TreeOptions;
  readonly #shortener: SplitShortener;

  constructor(dataset: TrainingRows, options: TreeOptions) {
    const { features, classes, rows, columns } = dataset;
    this.#rows = Array.from({ length: rows }, (_, i) =>
      Array.from(features.subarray(i * columns, (i + 1) * columns)),
    );
    this.#classes = Array.from(classes);
    this.#options = options;
    this.#shortener = new SplitShortener(dataset);
  }

  /** Grows tree number `tree` of the forest; the same number gives the same tree wherever it is grown. */
  grow(tree: number): GrownTree {
    const seed = derivedSeed(this.#options.seed, tree);
    const forest = new RandomForestClassifier({
      nEstimators: 1,
      seed,
      maxFeatures: this.#maxFeatures(),
      replacement: false,
      useSampleBagging: true,
      noOOB: true,
      treeOptions: {
        gainFunction: 'gini',
        minNumSamples: this.#options.leafSamples,
        maxDepth: this.#options.maxDepth,
        // ml-cart stops at a gain of 0.01 by default; the contract's trees grow to the end.
        gainThreshold: 0,
      },
    });
    this.#train(forest, seed);
    const columns = forest.indexes?.[0] ?? [];
    const root = (forest.estimators as unknown as { root: CartNode }[])[0]?.root;
    if (root === undefined) throw new Error('ml-random-forest grew no tree');
    return { columns, root: this.#trim(root, columns) };
  }

  #train(forest: RandomForestClassifier, seed: number): void {
    if (!this.#options.balance) {
      forest.train(this.#rows, this.#classes);
      return;
    }
    const drawn = balancedRows(this.#classes, seed);
    forest.train(
      drawn.map((row) => this.#rows[row] ?? []),
      drawn.map((row) => this.#classes[row] ?? 0),
    );
  }

  /** ml-random-forest takes 1 for «all of them», as it does any share in (0, 1]. */
  #maxFeatures(): number {
    const { maxFeatures } = this.#options;
    return maxFeatures === 1 ? 1.5 / (this.#rows[0]?.length ?? 1) : maxFeatures;
  }

  #trim(node: CartNode, columns: readonly number[]): TreeNode {
    const { left, right, splitColumn = 0, splitValue = 0 } = node;
    if (left === undefined || right === undefined) return { distribution: [leafShares(node)] };
    return {
      splitColumn,
      splitValue: this.#shortener.shorten(columns[splitColumn] ?? 0, splitValue),
      left: this.#trim(left, columns),
      right: this.#trim(right, columns),
    };
  }
}

/** ml-cart adds up 1/n n times; six decimals take the error of that out again. */
function leafShares(node: CartNode): number[] {
  const shares = node.distribution?.to2DArray()[0];
  if (shares === undefined) throw new Error('ml-cart left a leaf without a distribution');
  return shares.map((share) => Math.round(share * 1e6) / 1e6);
}
