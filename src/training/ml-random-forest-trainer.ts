import { createRequire } from 'node:module';
import { Worker } from 'node:worker_threads';
import type { Dataset } from './dataset.js';
import type { ForestJson } from './forest-file.js';
import type { ForestOptions, ForestTrainer, TrainingHooks } from './forest-trainer.js';
import type { GrownTree } from './tree-grower.js';
import type { TreeWorkerAnswer, TreeWorkerData } from './tree-worker.js';

const manifest = createRequire(import.meta.url)('ml-random-forest/package.json') as { version: string };

/** Grows forests with the npm package ml-random-forest, tree by tree, on worker threads. */
export const mlRandomForestTrainer: ForestTrainer = {
  engine: 'ml-random-forest',
  engineVersion: manifest.version,
  async train(rows, options, hooks) {
    hooks.signal?.throwIfAborted();
    return asForest(await new TreeFarm(rows, options, hooks).grow(), options);
  },
};

/** Hands the trees out to the threads one by one, whoever is free. */
class TreeFarm {
  readonly #data: TreeWorkerData;
  readonly #hooks: TrainingHooks;
  readonly #grown: (GrownTree | undefined)[];
  readonly #workers: Worker[] = [];
  #next = 0;
  #done = 0;

  constructor(rows: Dataset, options: ForestOptions, hooks: TrainingHooks) {
    this.#data = { rows, options };
    this.#hooks = hooks;
    this.#grown = new Array<GrownTree | undefined>(options.trees).fill(undefined);
  }

  async grow(): Promise<GrownTree[]> {
    const { threads, trees } = this.#data.options;
    try {
      await new Promise<void>((resolve, reject) => {
        this.#hooks.signal?.addEventListener('abort', () => reject(abortReason(this.#hooks.signal)), {
          once: true,
        });
        for (let i = 0; i < Math.min(threads, trees); i++) this.#startWorker(resolve, reject);
      });
    } finally {
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
function asForest(grown: GrownTree[], { trees, maxFeatures, seed }: ForestOptions): ForestJson {
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
