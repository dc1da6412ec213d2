import type { Dataset } from './dataset.js';
import type { ForestJson } from './forest-file.js';

/** How a forest is to be grown. */
export interface ForestOptions {
  trees: number;
  /** Features that a tree may ask for (ml-random-forest draws them once a tree). */
  maxFeatures: number;
  /** Nodes of at most this many samples become leaves; 1 grows every tree to its end. */
  leafSamples: number;
  /**
   * Whether each tree learns from as many rows of every class, drawn for it from the larger ones
   * (balanced random forest: Chen, Liaw, Breiman 2004).
   */
  balance: boolean;
  /** Whole number in [0, 2^32). The same seed gives the same forest on any number of threads. */
  seed: number;
  /** Threads that grow trees at once. */
  threads: number;
}

export interface TrainingHooks {
  /** Called after each tree with how many are done. */
  onTree?: (done: number) => void;
  /** Ends the training early; the promise then rejects with the signal's reason. */
  signal?: AbortSignal;
}

/** An engine that grows forests. The rows it is given are those to train on, every one. */
export interface ForestTrainer {
  /** Name and version, written into the model. */
  readonly engine: string;
  readonly engineVersion: string;
  train(rows: Dataset, options: ForestOptions, hooks: TrainingHooks): Promise<ForestJson>;
}
