import { parentPort, workerData } from 'node:worker_threads';
import type { TrainingRows } from './forest-trainer.js';
import { TreeGrower, type GrownTree, type TreeOptions } from './tree-grower.js';

/** What a worker thread is started with. */
export interface TreeWorkerData {
  rows: TrainingRows;
  options: TreeOptions;
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
