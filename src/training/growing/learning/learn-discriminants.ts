import { LandmarkDiscriminants } from '../../../emotion/transforms/landmark-discriminants.js';
import { meanFace } from '../../../emotion/transforms/symmetric-landmarks.js';
import type { Dataset } from '../../dataset/dataset.js';
import { findDiscriminants } from './discriminants.js';
import { transformRows } from './transformed-rows.js';

/**
 * Noise for which discriminants are made, in root-mean-square radii of the mean face: one for landmarks as those that were trained
 * on, one that holds for landmarks of another model, too. Chosen across sets: with both, forests do better on another
 * landmark model's points than with either (models/README.md).
 */
const discriminantNoise = [0.005, 0.03];

/** Makes the discriminants that tell the classes of these rows apart. */
export function learnDiscriminants(rows: Dataset): LandmarkDiscriminants {
  const plain = {
    kind: 'symmetric-landmarks' as const,
    reference: meanFace(rows.features),
    discriminants: [],
  };
  const aligned = transformRows(new LandmarkDiscriminants(plain), rows);
  const discriminants = discriminantNoise.flatMap((noise) =>
    findDiscriminants({ ...rows, ...aligned }, noise),
  );
  return new LandmarkDiscriminants({ ...plain, discriminants });
}
