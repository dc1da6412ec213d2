import type { Dataset, FaceRow } from '../../training/dataset/dataset.js';
import type { SymmetricLandmarksDeclaration } from './declaration.js';
import { findDiscriminants } from './discriminants.js';
import { meanFace, SymmetricLandmarks } from './symmetric-landmarks.js';
import { transformRows, type Transform } from './transform.js';
import { weightedSumOf } from './weighted-sum.js';

/**
 * Noise for which discriminants are made, in root-mean-square radii of the mean face: one for landmarks as those that were trained
 * on, one that holds for landmarks of another model, too. Chosen across sets: with both, forests do better on another
 * landmark model's points than with either (models/README.md).
 */
const discriminantNoise = [0.005, 0.03];

/** Symmetric landmarks, and linear discriminants of them. */
export class LandmarkDiscriminants implements Transform {
  readonly declaration: SymmetricLandmarksDeclaration;
  readonly #landmarks: SymmetricLandmarks;

  constructor(declaration: SymmetricLandmarksDeclaration) {
    this.declaration = declaration;
    this.#landmarks = new SymmetricLandmarks(declaration.reference);
  }

  get count(): number {
    return SymmetricLandmarks.count + this.declaration.discriminants.length;
  }

  get names(): string[] {
    return [
      ...SymmetricLandmarks.names,
      ...this.declaration.discriminants.map((_, i) => `discriminant ${i + 1}`),
    ];
  }

  apply({ features }: FaceRow): Float64Array {
    const out = new Float64Array(this.count);
    this.#landmarks.apply(features, out);
    this.declaration.discriminants.forEach((sum, i) => {
      out[SymmetricLandmarks.count + i] = weightedSumOf(sum, out);
    });
    return out;
  }
}

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
