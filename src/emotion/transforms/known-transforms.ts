import { descriptionLength } from '../../vision/addon/native.js';
import type { TransformDeclaration, TransformKind } from './declaration.js';
import { LandmarkDiscriminants } from './landmark-discriminants.js';
import { mirrorableLandmarks } from './landmark-mirror.js';
import { PictureScores } from './picture-scores.js';
import { SymmetricLandmarks } from './symmetric-landmarks.js';
import type { Transform } from './transform.js';

/** @param declaration as `transformDeclaration` and {@link transformFault} let pass. */
export function openTransform(declaration: TransformDeclaration): Transform {
  return declaration.kind === 'picture-scores'
    ? new PictureScores(declaration)
    : new LandmarkDiscriminants(declaration);
}

/** Whether a kind of transform looks at the picture of a face, not at its landmarks alone. */
export function needsDescription(kind: TransformKind | undefined): boolean {
  return kind === 'picture-scores';
}

/** Features that a declared transform gives. */
export function featuresOf(declaration: TransformDeclaration): number {
  return declaration.kind === 'picture-scores'
    ? declaration.scores.length
    : SymmetricLandmarks.count + declaration.discriminants.length;
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
  declaration: TransformDeclaration,
  landmarks: number,
): TransformFault | undefined {
  const { reference } = declaration;
  const [name, sums, expected] =
    declaration.kind === 'picture-scores'
      ? (['scores', declaration.scores, SymmetricLandmarks.count + descriptionLength] as const)
      : (['discriminants', declaration.discriminants, SymmetricLandmarks.count] as const);
  const lengths = [
    { path: '/reference/length', actual: reference.length, expected: 2 * landmarks },
    { path: '/reference/length', actual: reference.length, expected: SymmetricLandmarks.inputs },
    ...sums.map(({ weights }, i) => ({
      path: `/${name}/${i}/weights/length`,
      actual: weights.length,
      expected,
    })),
  ];
  if (declaration.kind === 'picture-scores' && declaration.baseline) {
    const actual = declaration.baseline.scores.length;
    lengths.push({ path: '/baseline/scores/length', actual, expected: declaration.scores.length });
  }
  return lengths.find(({ actual, expected }) => actual !== expected);
}

/** Whether any kind of transform can be made for faces of that many features; those that there are need 68 landmarks. */
export function transformFits(columns: number): boolean {
  return 2 * mirrorableLandmarks === columns;
}
