import type { FaceRow } from '../face-row.js';
import type { SymmetricLandmarksDeclaration } from './declaration.js';
import { SymmetricLandmarks } from './symmetric-landmarks.js';
import type { Transform } from './transform.js';
import { weightedSumOf } from './weighted-sum.js';

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

  namesFor(): string[] {
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
