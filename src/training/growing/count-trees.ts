import type { TrainingHooks } from './engines/forest-trainer.js';

/** Hooks for forest after forest whose trees are counted as one piece of work. */
export function countTrees(hooks: TrainingHooks): { next(): TrainingHooks } {
  let grown = 0;
  return {
    next() {
      const before = grown;
      const onTree = (done: number): void => {
        grown = before + done;
        hooks.onTree?.(grown);
      };
      return { ...hooks, onTree };
    },
  };
}
