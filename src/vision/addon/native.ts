import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { UserError } from '../../common/user-error.js';
import { texts } from '../texts.js';

/** What one call of the addon gives: the kernels' answer, not yet dressed for TypeScript. */
export interface NativeFrame {
  width: number;
  height: number;
  /** Four integers a face: x, y, width, height, pixels, in the detector's order. */
  boxes: Int32Array;
  /** `2 * landmarkCount` numbers a face: x0, y0, x1, y1, …, pixels. */
  landmarks: Float32Array;
  /** A number a face: see `DetectedFace.spread`; NaN without a refiner. */
  spreads: Float32Array;
  /** A number a face: see `FollowedFace.id`; none but in a stream's frames. */
  ids: Int32Array;
  /** {@link descriptionLength} numbers a face: see `DetectedFace.description`; none unless asked for. */
  descriptions: Uint8Array;
  /** Whether the whole picture was searched. */
  whole: boolean;
}

/** Numbers of a face's description: `FaceDescriber::kSize` in `src/native/description/face_descriptors.h`. */
export const descriptionLength = 3744;

export interface NativeEngine {
  readonly landmarkCount: number;
  readonly hasFacemark: boolean;
  /** False, too, if the refiner has another number of landmarks than the facemark. */
  readonly hasRefiner: boolean;
  readonly lanes: number;
  /** @param describe whether descriptions of the faces are wanted; here and below. */
  analyzeEncoded(bytes: Uint8Array, describe: boolean): Promise<NativeFrame>;
  analyzeFramed(
    bytes: Uint8Array,
    shortSide: number,
    border: number,
    describe: boolean,
  ): Promise<NativeFrame>;
  analyzePixels(
    pixels: Uint8Array,
    width: number,
    height: number,
    channels: number,
    describe: boolean,
  ): Promise<NativeFrame>;
  /** @param mostSpread landmarks with a larger spread are wrong. */
  openStream(mostSpread: number): NativeStream;
  analyzeStreamed(
    bytes: Uint8Array,
    stream: NativeStream,
    at: number,
    describe: boolean,
  ): Promise<NativeFrame>;
  close(): Promise<void>;
}

declare const streamBrand: unique symbol;

/** What is known of a stream's faces; opaque. */
export interface NativeStream {
  readonly [streamBrand]: never;
}

/** What evaluates the cascade: our own, many windows at a time, or OpenCV's classifier. Both give the same faces. */
export type Detector = 'simd' | 'opencv';

export interface NativeEngineOptions {
  cascadeFile: string;
  detector: Detector;
  facemarkFile?: string | undefined;
  refinerFile?: string | undefined;
  lanes: number;
  queueLimit: number;
  maxPixels: number;
}

/** Rows to grow a forest on; see `TrainingRows` in `src/training/forest-trainer.ts`. */
export interface NativeForestRows {
  features: Float64Array | Float32Array;
  classes: Uint8Array;
  weights?: Float64Array | undefined;
  rows: number;
  columns: number;
  classCount: number;
}

/** How to grow it; as `ForestOptions` there, rules resolved to numbers. */
export interface NativeForestOptions {
  trees: number;
  criterion: string;
  maxFeatures: number;
  maxDepth: number;
  minSamplesSplit: number;
  minSamplesLeaf: number;
  bootstrap: boolean;
  balance: boolean;
  classWeight: string | Float64Array;
  extraTrees: boolean;
  oob: boolean;
  permutationImportance: boolean;
  seed: number;
  threads: number;
}

/** What `GrownForest` in `src/native/forest/grower.h` says; what was not asked for is empty. */
export interface NativeForest {
  roots: Int32Array;
  feature: Int32Array;
  threshold: Float64Array;
  right: Int32Array;
  leaf: Int32Array;
  distributions: Float64Array;
  importances: Float64Array;
  permutationImportances: Float64Array;
  outOfBag: Float64Array;
}

/** A forest that is growing, on threads of its own. */
export interface NativeForestTraining {
  /** Rejected with a `code`: FOREST_INPUT, FOREST_TOO_LARGE, CANCELLED, OUT_OF_MEMORY. */
  result: Promise<NativeForest>;
  /** Ends the training soon; the promise is rejected with CANCELLED, unless it was done. */
  cancel(): void;
  treesDone(): number;
}

/** Rows that linear scores are learnt from; see `ScoreRows` in `src/native/scores/linear_scores.h`. */
export interface NativeScoreRows {
  numbers: Uint8Array;
  classes: Uint8Array;
  folds: Uint8Array;
  sets: Uint8Array;
  setWeights: Float64Array;
  rows: number;
  columns: number;
  classCount: number;
  foldCount: number;
}

/** What `LinearScores` there says. */
export interface NativeScores {
  weights: Float64Array;
  offsets: Float64Array;
  heldOut: Float64Array;
}

/** Scores that are being learnt, on threads of their own. */
export interface NativeScoreLearning {
  /** Rejected with a `code`: SCORES_INPUT, CANCELLED, OUT_OF_MEMORY. */
  result: Promise<NativeScores>;
  /** Ends it soon; the promise is rejected with CANCELLED, unless it was done. */
  cancel(): void;
}

/** The functions and classes that `src/native/addon/addon.cpp` exports. */
export interface NativeAddon {
  openEngine(options: NativeEngineOptions): Promise<NativeEngine>;
  /** The bytes of the compact file. */
  compileFacemark(yamlFile: string, source: NativeFacemarkSource): Promise<Uint8Array>;
  /** @throws RangeError or TypeError for arguments that are not what they should be. */
  growForest(rows: NativeForestRows, options: NativeForestOptions): NativeForestTraining;
  /** @throws RangeError or TypeError for arguments that are not what they should be. */
  learnScores(rows: NativeScoreRows, options: { ridge: number; threads: number }): NativeScoreLearning;
  readCompactSource(compactFile: string): NativeFacemarkSource | null;
}

/** Which YAML file a compact facemark file was made from. */
export interface NativeFacemarkSource {
  sha256: string;
  size: bigint;
  changedNs: bigint;
}

let addon: NativeAddon | undefined;

/**
 * The native addon, loaded at the first call.
 * @throws UserError `ADDON_MISSING` if it has not been built or does not fit this machine.
 */
export function loadNativeAddon(): NativeAddon {
  // Only `npm run test:sanitize` sets this: it builds the same addon elsewhere, under the sanitizers.
  // eslint-disable-next-line no-restricted-properties
  const override = process.env['EMOCHAT_SANITIZED_ADDON'];
  const file = override ?? fileURLToPath(new URL('../../../build/Release/emochat.node', import.meta.url));
  try {
    addon ??= createRequire(import.meta.url)(file) as NativeAddon;
  } catch (cause) {
    const reason = cause instanceof Error ? (cause.message.split('\n')[0] ?? '') : String(cause);
    throw new UserError('ADDON_MISSING', texts.coreNotLoaded(reason), { cause });
  }
  return addon;
}
