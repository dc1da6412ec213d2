import type { TransformDeclaration, TransformKind, WeightedSum } from './declaration.js';
import { findDiscriminants } from './discriminants.js';
import { mirrorableLandmarks } from './landmark-mirror.js';
import { meanFace, SymmetricLandmarks } from './symmetric-landmarks.js';

/**
 * Noise for which discriminants are made, in root-mean-square radii of the mean face: one for landmarks as those that were trained
 * on, one that holds for landmarks of another model, too. Chosen across sets: with both, forests do better on another
 * landmark model's points than with either (models/README.md).
 */
const discriminantNoise = [0.005, 0.03];

/** Turns the normalised landmarks of faces into the features that a forest goes by. Immutable. */
export class Transform {
  readonly declaration: TransformDeclaration;
  readonly #landmarks: SymmetricLandmarks;

  /** @param declaration as `transformDeclaration` and {@link transformFault} let pass. */
  constructor(declaration: TransformDeclaration) {
    this.declaration = declaration;
    this.#landmarks = new SymmetricLandmarks(declaration.reference);
  }

  /** Features that come out. */
  get count(): number {
    return featuresOf(this.declaration);
  }

  /** What each of them is, in a word. */
  get names(): string[] {
    return [
      ...SymmetricLandmarks.names,
      ...this.declaration.discriminants.map((_, i) => `discriminant ${i + 1}`),
    ];
  }

  /**
   * @param features the normalised landmarks of one face, 136 numbers.
   * @returns `count` numbers.
   */
  apply(features: ArrayLike<number>): Float64Array {
    const out = new Float64Array(this.count);
    this.#landmarks.apply(features, out);
    this.declaration.discriminants.forEach((sum, i) => {
      out[SymmetricLandmarks.count + i] = valueOf(sum, out);
    });
    return out;
  }
}

/** Features that a declared transform gives. */
export function featuresOf({ discriminants }: TransformDeclaration): number {
  return SymmetricLandmarks.count + discriminants.length;
}

function valueOf({ offset, weights }: WeightedSum, features: Float64Array): number {
  let value = offset;
  for (let i = 0; i < weights.length; i++) value += (weights[i] ?? 0) * (features[i] ?? 0);
  return value;
}

/** A number of a declaration that does not fit: where it is, what it is and what it should be. */
export interface TransformFault {
  /** JSON pointer below the declaration. */
  path: string;
  actual: number;
  expected: number;
}

/**
 * What is at odds in a declaration for faces of that many landmarks; `undefined` if nothing is.
 */
export function transformFault(
  { reference, discriminants }: TransformDeclaration,
  landmarks: number,
): TransformFault | undefined {
  const lengths = [
    { path: '/reference/length', actual: reference.length, expected: 2 * landmarks },
    { path: '/reference/length', actual: reference.length, expected: SymmetricLandmarks.inputs },
    ...discriminants.map(({ weights }, i) => ({
      path: `/discriminants/${i}/weights/length`,
      actual: weights.length,
      expected: SymmetricLandmarks.count,
    })),
  ];
  return lengths.find(({ actual, expected }) => actual !== expected);
}

/** Whether a kind of transform can be made for faces of that many features. */
export function transformFits(kind: TransformKind, columns: number): boolean {
  return { 'symmetric-landmarks': 2 * mirrorableLandmarks }[kind] === columns;
}

/**
 * Makes the transform that fits labelled faces.
 *
 * @param rows normalised landmarks, 136 numbers a row; at least one row.
 */
export function learnTransform(
  kind: TransformKind,
  rows: { features: Float64Array; classes: Uint8Array; rows: number; columns: number },
): Transform {
  const plain = { kind, reference: meanFace(rows.features), discriminants: [] };
  const aligned = transformRows(new Transform(plain), rows);
  const discriminants = discriminantNoise.flatMap((noise) =>
    findDiscriminants({ ...rows, ...aligned }, noise),
  );
  return new Transform({ ...plain, discriminants });
}

/** Transforms every row. */
export function transformRows(
  transform: Transform,
  { features, rows, columns }: { features: Float64Array; rows: number; columns: number },
): { features: Float64Array; columns: number } {
  const transformed = new Float64Array(rows * transform.count);
  for (let row = 0; row < rows; row++) {
    const face = features.subarray(row * columns, (row + 1) * columns);
    transformed.set(transform.apply(face), row * transform.count);
  }
  return { features: transformed, columns: transform.count };
}
