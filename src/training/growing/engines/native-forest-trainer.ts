import { createRequire } from 'node:module';
import {
  loadNativeAddon,
  type NativeForest,
  type NativeForestOptions,
} from '../../../vision/addon/native.js';
import { featureCountOf } from './feature-rule.js';
import type { CompiledForest } from '../../../emotion/compiled-forest.js';
import { forestTooLarge } from '../../../emotion/forest-file.js';
import { forestJsonOf } from './forest-json.js';
import type {
  ForestOptions,
  ForestTrainer,
  GrownForest,
  OutOfBag,
  TrainingHooks,
  TrainingRows,
} from './forest-trainer.js';

const manifest = createRequire(import.meta.url)('../../../../package.json') as { version: string };

/** Milliseconds between two looks at how many trees are done. */
const lookEveryMs = 100;
/** Deeper than any tree may be. */
const noDepthLimit = 2 ** 31 - 1;

/** Grows forests in the native core, as scikit-learn's `RandomForestClassifier` does, on threads of its own. */
export const trainer: ForestTrainer = {
  engine: 'native',
  engineVersion: manifest.version,
  async train(rows, classes, options, hooks = {}) {
    hooks.signal?.throwIfAborted();
    const nativeRows = { ...rows, weights: rows.weights, classCount: classes };
    const training = loadNativeAddon().growForest(nativeRows, nativeOptions(options, rows.columns));
    const stop = (): void => training.cancel();
    const { onTree } = hooks;
    const look = onTree && setInterval(() => onTree(training.treesDone()), lookEveryMs);
    hooks.signal?.addEventListener('abort', stop, { once: true });
    try {
      const grown = await training.result;
      onTree?.(options.trees);
      return grownForest(grown, rows, classes, options);
    } catch (error) {
      throw translated(error, hooks);
    } finally {
      clearInterval(look);
      hooks.signal?.removeEventListener('abort', stop);
    }
  },
};

function nativeOptions(options: ForestOptions, columns: number): NativeForestOptions {
  const { classWeight } = options;
  return {
    ...options,
    maxFeatures: featureCountOf(options.maxFeatures, columns),
    maxDepth: options.maxDepth ?? noDepthLimit,
    classWeight: typeof classWeight === 'string' ? classWeight : Float64Array.from(classWeight),
  };
}

function grownForest(
  native: NativeForest,
  rows: TrainingRows,
  classes: number,
  options: ForestOptions,
): GrownForest {
  const { roots, feature, threshold, right, leaf, distributions } = native;
  const compiled: CompiledForest = { roots, feature, threshold, right, leaf, distributions, classes };
  return {
    compiled,
    toJson: () => forestJsonOf(compiled, featureCountOf(options.maxFeatures, rows.columns), options),
    importances: native.importances,
    ...(options.permutationImportance && { permutationImportances: native.permutationImportances }),
    ...(options.oob && { outOfBag: outOfBag(native.outOfBag, rows.classes, classes) }),
  };
}

function outOfBag(probabilities: Float64Array, truth: Uint8Array, classes: number): OutOfBag {
  let right = 0;
  let counted = 0;
  truth.forEach((label, row) => {
    const shares = probabilities.subarray(row * classes, (row + 1) * classes);
    if (Number.isNaN(shares[0])) return;
    counted += 1;
    if (shares.indexOf(Math.max(...shares)) === label) right += 1;
  });
  return { probabilities, accuracy: right / counted };
}

/** The core's errors by the names that people and callers know. */
function translated(error: unknown, hooks: TrainingHooks): unknown {
  if (!(error instanceof Error) || !('code' in error)) return error;
  if (error.code === 'CANCELLED' && hooks.signal?.aborted === true) return hooks.signal.reason;
  if (error.code === 'FOREST_INPUT') return new RangeError(error.message, { cause: error });
  if (error.code === 'FOREST_TOO_LARGE') return forestTooLarge(error);
  return error;
}
