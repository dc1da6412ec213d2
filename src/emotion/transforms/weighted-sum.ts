import type { WeightedSum } from './declaration.js';

/** `offset + Σ weights[i] · features[i]`. */
export function weightedSumOf({ offset, weights }: WeightedSum, features: ArrayLike<number>): number {
  let value = offset;
  for (let i = 0; i < weights.length; i++) value += (weights[i] ?? 0) * (features[i] ?? 0);
  return value;
}
