import type { Transform } from '../../../emotion/transforms/transform.js';
import { faceRow, type Dataset } from '../../dataset/dataset.js';

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
