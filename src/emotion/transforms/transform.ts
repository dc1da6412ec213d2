import type { FaceRow } from '../face-row.js';
import type { TransformDeclaration } from './declaration.js';

/** Turns a face into the features that a forest goes by. Immutable. */
export interface Transform {
  readonly declaration: TransformDeclaration;
  /** Features that come out. */
  readonly count: number;
  /** What each of them is, in a word. @param labels names of the classes. */
  namesFor(labels: readonly string[]): string[];
  /**
   * @param face 136 normalised landmarks, and the description of the picture if `needsDescription` says so.
   * @returns `count` numbers.
   */
  apply(face: FaceRow): Float64Array;
}
