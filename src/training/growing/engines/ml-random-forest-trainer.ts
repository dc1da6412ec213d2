import { createRequire } from 'node:module';
import { Worker } from 'node:worker_threads';
import { UserError } from '../../../common/user-error.js';
import { compileForest } from '../../../emotion/compiled-forest.js';
import { featureCountOf } from './feature-rule.js';
import type { ForestJson } from '../../../emotion/forest-file.js';
import type { ForestOptions, ForestTrainer, TrainingHooks, TrainingRows } from './forest-trainer.js';
import type { GrownTree, TreeOptions } from './tree-grower.js';
import type { TreeWorkerAnswer, TreeWorkerData } from './tree-worker.js';
import { texts } from '../../texts.js';

const manifest = createRequire(import.meta.url)('ml-random-forest/package.json') as { version: string };

/** Grows forests with the npm package ml-random-forest, tree by tree, on worker threads. */
export const trainer: ForestTrainer = {
  engine: 'ml-random-forest',
  engineVersion: manifest.version,
  async train(rows, classes, options, hooks = {}) {
    hooks.signal?.throwIfAborted();
    const missing = beyondPackage(rows, options);
    if (missing !== undefined) throw engineLacks(missing);
    const treeOptions = treeOptionsOf(options, rows.columns);
    const farm = new TreeFarm({ rows, options: treeOptions }, options, hooks);
    const json = asForest(await farm.grow(), options, treeOptions);
    return { compiled: compileForest(json, classes), toJson: () => json };
  },
};

/** The first thing asked for that the package cannot do. */
function beyondPackage(rows: TrainingRows, options: ForestOptions): string | undefined {
  const beyond: Record<string, boolean> = {
    '--criterion': options.criterion !== 'gini',
    '--min-samples-split': options.minSamplesSplit !== 2,
    '--no-bootstrap': !options.bootstrap,
    '--class-weight': options.classWeight !== 'none',
    '--extra-trees': options.extraTrees,
    '--oob': options.oob,
    '--importance': options.permutationImportance,
    // Nothing else weighs rows one by one.
    '--neither': rows.weights !== undefined,
  };
  return Object.keys(beyond).find((name) => beyond[name]);
}

function engineLacks(what: string): UserError {
  return new UserError('ENGINE_LACKS', texts.engineLacks(what));
}

function treeOptionsOf(options: ForestOptions, columns: number): TreeOptions {
  return {
    maxFeatures: featureCountOf(options.maxFeatures, columns),
    maxDepth: options.maxDepth ?? Infinity,
    leafSamples: options.minSamplesLeaf,
    balance: options.balance,
    seed: options.seed,
  };
}

/** Hands the trees out to the threads one by one, whoever is free. */
class TreeFarm {
  readonly #data: TreeWorkerData;
  readonly #threads: number;
  readonly #hooks: TrainingHooks;
  readonly #grown: (GrownTree | undefined)[];
  readonly #workers: Worker[] = [];
  #next = 0;
  #done = 0;

  constructor(
    data: TreeWorkerData,
    { threads, trees }: Pick<ForestOptions, 'threads' | 'trees'>,
    hooks: TrainingHooks,
  ) {
    this.#data = data;
    this.#threads = threads;
    this.#hooks = hooks;
    this.#grown = new Array<GrownTree | undefined>(trees).fill(undefined);
  }

  async grow(): Promise<GrownTree[]> {
    const ended = new AbortController();
    try {
      await new Promise<void>((resolve, reject) => {
        this.#hooks.signal?.addEventListener('abort', () => reject(abortReason(this.#hooks.signal)), {
          once: true,
          signal: ended.signal,
        });
        const workers = Math.min(this.#threads, this.#grown.length);
        for (let i = 0; i < workers; i++) this.#startWorker(resolve, reject);
      });
    } finally {
      ended.abort();
      await Promise.all(this.#workers.map((worker) => worker.terminate()));
    }
    return this.#grown.filter((tree) => tree !== undefined);
  }

  #startWorker(resolve: () => void, reject: (reason: Error) => void): void {
    const worker = new Worker(new URL('./tree-worker.js', import.meta.url), { workerData: this.#data });
    this.#workers.push(worker);
    worker.on('error', reject);
    worker.on('message', ({ tree, grown }: TreeWorkerAnswer) => {
      this.#grown[tree] = grown;
      this.#done += 1;
      this.#hooks.onTree?.(this.#done);
      if (this.#done === this.#grown.length) resolve();
      else this.#giveTree(worker);
    });
    this.#giveTree(worker);
  }

  #giveTree(worker: Worker): void {
    if (this.#next < this.#grown.length) worker.postMessage(this.#next++);
  }
}

function abortReason(signal: AbortSignal | undefined): Error {
  const reason: unknown = signal?.reason;
  return reason instanceof Error ? reason : new Error('aborted', { cause: reason });
}

/** What `RandomForestClassifier.load` reads, with the options the package would have put there. */
function asForest(
  grown: GrownTree[],
  { trees, seed }: ForestOptions,
  { maxFeatures }: TreeOptions,
): ForestJson {
  const baseModel = {
    indexes: grown.map(({ columns }) => columns),
    n: maxFeatures,
    replacement: false,
    maxFeatures,
    nEstimators: trees,
    treeOptions: {},
    isClassifier: true as const,
    seed,
    estimators: grown.map(({ root }) => ({
      name: 'DTClassifier' as const,
      options: { kind: 'classifier' },
      root,
    })),
    useSampleBagging: true,
  };
  return { name: 'RFClassifier', baseModel };
}
