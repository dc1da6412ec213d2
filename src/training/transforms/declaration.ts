import { Type, type Static } from 'typebox';
import { maxColumns } from '../dataset.js';

const finite = Type.Number({ minimum: -1e9, maximum: 1e9 });

/** A weighted sum of features: `offset + Σ weights[i] · feature[i]`. */
const weightedSum = Type.Object({
  offset: finite,
  weights: Type.Array(finite, { minItems: 1, maxItems: maxColumns }),
});

/**
 * How a forest's own features come from the normalised landmarks of a face, as its file's header says it. `symmetric-landmarks`:
 * see `SymmetricLandmarks`; the weighted sums of those are further features.
 */
export const transformDeclaration = Type.Object({
  kind: Type.Literal('symmetric-landmarks'),
  /** The mean face: x0, y0, x1, y1, … */
  reference: Type.Array(finite, { minItems: 2, maxItems: maxColumns }),
  discriminants: Type.Array(weightedSum, { maxItems: 1024 }),
});

export type TransformDeclaration = Static<typeof transformDeclaration>;

export type WeightedSum = Static<typeof weightedSum>;

/** The transforms that there are. */
export const transformKinds = ['symmetric-landmarks'] as const;

export type TransformKind = (typeof transformKinds)[number];
