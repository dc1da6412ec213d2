import { Type, type Static } from 'typebox';
import { maxColumns } from '../face-row.js';

const finite = Type.Number({ minimum: -1e9, maximum: 1e9 });

/** A weighted sum of features: `offset + Σ weights[i] · feature[i]`. */
const weightedSum = Type.Object({
  offset: finite,
  weights: Type.Array(finite, { minItems: 1, maxItems: maxColumns }),
});

/** The mean face: x0, y0, x1, y1, … */
const reference = Type.Array(finite, { minItems: 2, maxItems: maxColumns });

const symmetricLandmarks = Type.Object({
  kind: Type.Literal('symmetric-landmarks'),
  reference,
  discriminants: Type.Array(weightedSum, { maxItems: 1024 }),
});

/** The scores of calm faces, means over persons, and the share of a person's difference from them that every face of theirs has. */
const baseline = Type.Object({
  scores: Type.Array(finite, { minItems: 1, maxItems: 255 }),
  weight: Type.Number({ minimum: 0, maximum: 1 }),
});

const pictureScores = Type.Object({
  kind: Type.Literal('picture-scores'),
  reference,
  scores: Type.Array(weightedSum, { minItems: 1, maxItems: 255 }),
  baseline: Type.Optional(baseline),
});

/**
 * How a forest's own features come from a face, as its file's header says it. `symmetric-landmarks`: from its normalised
 * landmarks, see `SymmetricLandmarks`; the weighted sums of those are further features. `picture-scores`: weighted sums of those
 * landmarks and of the description of its picture, see `PictureScores`; they are all that the forest sees.
 */
export const transformDeclaration = Type.Union([symmetricLandmarks, pictureScores]);

/** What a declaration of each kind must look like. */
export const transformDeclarations = {
  'symmetric-landmarks': symmetricLandmarks,
  'picture-scores': pictureScores,
};

export type SymmetricLandmarksDeclaration = Static<typeof symmetricLandmarks>;

export type PictureScoresDeclaration = Static<typeof pictureScores>;

export type BaselineDeclaration = Static<typeof baseline>;

export type TransformDeclaration = Static<typeof transformDeclaration>;

export type WeightedSum = Static<typeof weightedSum>;

/** The transforms that there are. */
export const transformKinds = ['symmetric-landmarks', 'picture-scores'] as const;

export type TransformKind = (typeof transformKinds)[number];

/** Those that need the landmarks of a face alone. */
export const landmarkTransforms = ['symmetric-landmarks'] as const satisfies readonly TransformKind[];
