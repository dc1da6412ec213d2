import { parentPort, workerData } from 'node:worker_threads';
import type { Dataset } from './dataset.js';
import { TreeGrower, type GrownTree } from './tree-grower.js';
import type { ForestOptions } from './forest-trainer.js';

/** What a worker thread is started with. */
export interface TreeWorkerData {
  rows: Dataset;
  options: ForestOptions;
}

/** What it answers to the number of a tree. */
export interface TreeWorkerAnswer {
  tree: number;
  grown: GrownTree;
}

const { rows, options } = workerData as TreeWorkerData;
const grower = new TreeGrower(rows, options);

parentPort?.on('message', (tree: number) => {
  const answer: TreeWorkerAnswer = { tree, grown: grower.grow(tree) };
  parentPort?.postMessage(answer);
});
