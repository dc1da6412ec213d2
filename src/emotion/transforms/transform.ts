import { faceRow, type Dataset, type FaceRow } from '../../training/dataset/dataset.js';
import type { TransformDeclaration } from './declaration.js';

/** Turns a face into the features that a forest goes by. Immutable. */
export interface Transform {
  readonly declaration: TransformDeclaration;
  /** Features that come out. */
  readonly count: number;
  /** What each of them is, in a word. */
  readonly names: readonly string[];
  /**
   * @param face 136 normalised landmarks, and the description of the picture if `needsDescription` says so.
   * @returns `count` numbers.
   */
  apply(face: FaceRow): Float64Array;
}

/** The features that a forest learns from, a row a face. */
export interface TransformedRows {
  features: Float64Array;
  columns: number;
}

/** What making a transform takes beside the rows. */
export interface LearningOptions {
  /** Names of the classes 0, 1, … */
  labels: readonly string[];
  seed: number;
  threads: number;
  /** Which of them is a calm face, where persons' calm faces are to be learnt from. */
  calm?: string | undefined;
}

/** Transforms every row. */
export function transformRows(transform: Transform, dataset: Dataset): TransformedRows {
  const features = new Float64Array(dataset.rows * transform.count);
  for (let row = 0; row < dataset.rows; row++)
    features.set(transform.apply(faceRow(dataset, row)), row * transform.count);
  return { features, columns: transform.count };
}
