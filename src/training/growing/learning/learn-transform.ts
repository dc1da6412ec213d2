import type { TransformKind } from '../../../emotion/transforms/declaration.js';
import type { Transform } from '../../../emotion/transforms/transform.js';
import type { Dataset } from '../../dataset/dataset.js';
import type { TrainingHooks } from '../engines/forest-trainer.js';
import { learnDiscriminants } from './learn-discriminants.js';
import { learnPictureScores } from './learn-picture-scores.js';
import { transformRows, type LearningOptions, type TransformedRows } from './transformed-rows.js';

/**
 * Makes the transform that fits labelled faces.
 *
 * @param rows normalised landmarks, 136 numbers a row, with descriptions if {@link needsDescription} says so; at least one row.
 * @returns the transform, and what the forest is to learn from: the transformed rows, or, where the transform would flatter rows
 * that it has learnt from, what one says of them that has not.
 * @throws the signal's reason if it is aborted.
 */
export async function learnTransform(
  kind: TransformKind,
  rows: Dataset,
  options: LearningOptions,
  hooks: TrainingHooks = {},
): Promise<{ transform: Transform; shown: TransformedRows }> {
  if (kind === 'picture-scores') return learnPictureScores(rows, options, hooks);
  const transform = learnDiscriminants(rows);
  return { transform, shown: transformRows(transform, rows) };
}
