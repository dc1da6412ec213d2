import type { CompiledForest } from '../../../emotion/compiled-forest.js';
import type { ForestJson } from '../../../emotion/forest-file.js';

/** How many features are tried at a split: one of the rules, a share in (0, 1), or a number from 1 on. */
export type FeatureRule = 'sqrt' | 'log2' | 'all' | number;

/**
 * What the classes weigh, as scikit-learn's `class_weight`. `balanced`: inversely to how often they occur in the training
 * rows; `balanced-subsample`: in the rows that a tree drew; or a positive number a class.
 */
export type ClassWeight = 'none' | 'balanced' | 'balanced-subsample' | readonly number[];

/** How a forest is to be grown. The names and the meaning are scikit-learn's, unless said otherwise. */
export interface ForestOptions {
  /** From 1 to 10,000. */
  trees: number;
  /** What a split makes smaller. */
  criterion: 'gini' | 'entropy';
  /** Features drawn at each split (ml-random-forest draws them once a tree). */
  maxFeatures: FeatureRule;
  /** Levels below the root, from 1 on; `null` for no limit. */
  maxDepth: number | null;
  /** Nodes of fewer rows become leaves, from 2 on. */
  minSamplesSplit: number;
  /** Rows that each side of a split must have, from 1 on (ml-random-forest: nodes of at most this many become leaves). */
  minSamplesLeaf: number;
  /** Whether each tree learns from as many rows as there are, drawn with replacement, or from every row once. */
  bootstrap: boolean;
  /**
   * Whether each tree learns from as many rows of every class as the smallest has, drawn for it
   * (balanced random forest: Chen, Liaw, Breiman 2004).
   */
  balance: boolean;
  classWeight: ClassWeight;
  /** Whether thresholds are drawn at random, one a feature (extremely randomised trees: Geurts, Ernst, Wehenkel 2006). */
  extraTrees: boolean;
  /** Whether to predict each row by the trees that did not learn from it. */
  oob: boolean;
  /** Whether to measure how much each tree loses on such rows when one feature is shuffled (Breiman 2001). */
  permutationImportance: boolean;
  /** Whole number in [0, 2^32). The same seed gives the same forest on any number of threads. */
  seed: number;
  /** Threads that grow trees at once. */
  threads: number;
}

/** What `emochat train` does by default: scikit-learn's defaults, but for 200 trees and the contract's seed. */
export const defaultForestOptions: Omit<ForestOptions, 'threads'> = {
  trees: 200,
  criterion: 'gini',
  maxFeatures: 'sqrt',
  maxDepth: null,
  minSamplesSplit: 2,
  minSamplesLeaf: 1,
  bootstrap: true,
  balance: false,
  classWeight: 'none',
  extraTrees: false,
  oob: false,
  permutationImportance: false,
  seed: 42,
};

export interface TrainingHooks {
  /** Called now and then with how many trees are done; in the end with all of them. */
  onTree?: (done: number) => void;
  /** Ends the training early; the promise then rejects with the signal's reason. */
  signal?: AbortSignal;
}

/** Labelled rows to learn from; a `Dataset` is one. */
export interface TrainingRows {
  /** `rows * columns` finite numbers, row by row. */
  features: Float64Array | Float32Array;
  /** The class of each row, counted from 0, at most 254. */
  classes: Uint8Array;
  rows: number;
  columns: number;
  /** What each row weighs, from 1e-30 to 1e30; 1 unless given. */
  weights?: Float64Array;
}

/** Every training row predicted by the trees that did not learn from it. */
export interface OutOfBag {
  /** `rows * classes` probabilities, row by row; NaN for a row that every tree learnt from. */
  probabilities: Float64Array;
  /** Share of the rows, those with NaN left out, whose likeliest class is theirs. */
  accuracy: number;
}

/** A forest fresh from its training. */
export interface GrownForest {
  /** Ready to predict; exactly what `toJson` holds. */
  readonly compiled: CompiledForest;
  /** What `RandomForestClassifier.load` of ml-random-forest reads. */
  toJson(): ForestJson;
  /** Gini importance of each feature (with `entropy`, of information): share of all impurity taken away; they sum to 1. */
  readonly importances?: Float64Array;
  /** With `permutationImportance`: mean loss of accuracy over the trees, a feature each. */
  readonly permutationImportances?: Float64Array;
  /** With `oob` and a bootstrap. */
  readonly outOfBag?: OutOfBag;
}

/** An engine that grows forests. The rows it is given are those to train on, every one. */
export interface ForestTrainer {
  /** Name and version, written into the model. */
  readonly engine: string;
  readonly engineVersion: string;
  /**
   * Grows a forest off the main thread.
   *
   * @param rows at least one; they are copied before this returns.
   * @param classes number of classes, from 2 to 255, more than the largest class among the rows.
   * @throws UserError `ENGINE_LACKS` if the engine cannot do what the options ask for; RangeError for options or rows out
   *   of range, naming row and column of a feature that is not finite; the signal's reason.
   */
  train(
    rows: TrainingRows,
    classes: number,
    options: ForestOptions,
    hooks?: TrainingHooks,
  ): Promise<GrownForest>;
}
