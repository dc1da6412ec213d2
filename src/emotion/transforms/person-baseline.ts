import type { BaselineDeclaration } from './declaration.js';

/**
 * The scores of a face as if its person's calm face were the mean one.
 * @param scores of the face; @param calm means of the scores of the person's calm face.
 */
export function relativeScores(
  { scores: mean, weight }: BaselineDeclaration,
  scores: ArrayLike<number>,
  calm: ArrayLike<number>,
): Float64Array {
  return Float64Array.from(scores, (score, i) => score - weight * ((calm[i] ?? 0) - (mean[i] ?? 0)));
}
