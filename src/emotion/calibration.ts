import { Type, type Static } from 'typebox';

/** How a forest's shares become probabilities that can be believed, and from which one on an emotion is named. */
export const calibrationDeclaration = Type.Object({
  /** What the logarithms of the shares are multiplied with. */
  slope: Type.Number({ minimum: 0, maximum: 100 }),
  /** What is then added, a number a class. */
  offsets: Type.Array(Type.Number({ minimum: -100, maximum: 100 }), { maxItems: 255 }),
  /** An emotion less probable than this is not sure. */
  sure: Type.Number({ minimum: 0, maximum: 1 }),
});

export type Calibration = Static<typeof calibrationDeclaration>;

/** Shares below this count as this much: a few hundred trees cannot tell less. */
const leastShare = 1e-3;

/**
 * Probabilities from a forest's shares: temperature scaling with a bias a class (Guo et al. 2017; Platt 1999 for two classes).
 *
 * @param shares mean shares of the classes; they sum to 1.
 * @returns probabilities; they sum to 1.
 */
export function calibrate({ slope, offsets }: Calibration, shares: ArrayLike<number>): Float64Array {
  // Loops, here and in what else every face goes through: typed arrays' methods that call back are several times slower.
  const result = new Float64Array(shares.length);
  let largest = -Infinity;
  for (let i = 0; i < result.length; i++) {
    const score = slope * logShare(shares[i] ?? 0) + (offsets[i] ?? 0);
    result[i] = score;
    if (score > largest) largest = score;
  }
  let sum = 0;
  for (let i = 0; i < result.length; i++) {
    const power = Math.exp((result[i] ?? 0) - largest);
    result[i] = power;
    sum += power;
  }
  for (let i = 0; i < result.length; i++) result[i] = (result[i] ?? 0) / sum;
  return result;
}

/** The logarithm of a share of the trees. */
export function logShare(share: number): number {
  return Math.log(Math.max(leastShare, share));
}
