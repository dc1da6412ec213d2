import { Type, type Static } from 'typebox';
import { faceFaults } from '../../emotion/face-quality.js';
import { looks } from '../../vision/face-search.js';
import { modelUses } from '../frame-gate.js';

const Faces = Type.Enum(['first', 'all']);
/** How closely the picture is searched; by default twice, where nobody is seen and it costs little. */
const Look = Type.Enum([...looks]);
/** Whose words to answer in: the server's standard model by default, or the one that its page goes by. */
const Model = Type.Enum([...modelUses]);

const decimal = String.raw`-?\d+(\.\d+)?(e-?\d+)?`;
const Score = Type.Number({ minimum: -1e9, maximum: 1e9 });
/** A person's calm face: means of the `scores` that were told of it. */
const Baseline = Type.Array(Score, { maxItems: 255 });
/** The same in an address: numbers with commas between them. */
export const BaselineText = Type.String({
  maxLength: 8192,
  pattern: `^${decimal}(,${decimal})*$`,
});

/** JSON body of `POST /predict`; a body of type `image/…` is the picture itself. */
export const PredictBody = Type.Object({
  /** `data:image/jpeg;base64,…`, or the base64 alone. */
  // Not by its length: Ajv would count the characters of the whole picture.
  image: Type.String({ pattern: '^[^]' }),
  landmarks: Type.Optional(Type.Boolean()),
  faces: Type.Optional(Faces),
  look: Type.Optional(Look),
  model: Type.Optional(Model),
  baseline: Type.Optional(Baseline),
});
export type PredictBody = Static<typeof PredictBody>;

/** What else may be asked for in the address; the same as in the body. */
export const PredictQuery = Type.Object({
  landmarks: Type.Optional(Type.Enum(['true', 'false'])),
  faces: Type.Optional(Faces),
  look: Type.Optional(Look),
  model: Type.Optional(Model),
  baseline: Type.Optional(BaselineText),
});
export type PredictQuery = Static<typeof PredictQuery>;

const Probabilities = Type.Record(Type.String(), Type.Number());
/** Whether the emotion is probable enough to be named and the face can be read; the likeliest stands in `emotion` all the same. */
const Sure = Type.Boolean();
/** How well the face can be read, in [0, 1]. */
const Quality = Type.Number();
/** Why the face cannot be read, where that is so. */
const Reason = Type.Enum([...faceFaults]);
/** x, y, width, height in pixels of the upright picture. */
const Box = Type.Array(Type.Integer(), { minItems: 4, maxItems: 4 });
/** [x, y] in pixels of the upright picture, to a thousandth. */
const Landmarks = Type.Array(Type.Array(Type.Number(), { minItems: 2, maxItems: 2 }));

const Face = Type.Object({
  emotion: Type.String(),
  probabilities: Probabilities,
  sure: Sure,
  quality: Type.Optional(Quality),
  reason: Type.Optional(Reason),
  scores: Type.Optional(Type.Array(Type.Number())),
  box: Box,
  landmarks: Type.Optional(Landmarks),
});
export type Face = Static<typeof Face>;

/** The face that counts; without a face `emotion` alone, with the contract's words for that. */
export const PredictAnswer = Type.Object({
  emotion: Type.String(),
  probabilities: Type.Optional(Probabilities),
  sure: Type.Optional(Sure),
  quality: Type.Optional(Quality),
  reason: Type.Optional(Reason),
  /** Where the model can be told a person's calm face: their means over it are a `baseline`. */
  scores: Type.Optional(Type.Array(Type.Number())),
  box: Type.Optional(Box),
  /** Told where only the second look saw somebody, or gave steadier landmarks. */
  look: Type.Optional(Type.Literal('close')),
  landmarks: Type.Optional(Landmarks),
  /** Size of the upright picture, with landmarks. */
  width: Type.Optional(Type.Integer()),
  height: Type.Optional(Type.Integer()),
  faces: Type.Optional(Type.Array(Face)),
});
export type PredictAnswer = Static<typeof PredictAnswer>;

/** The numbers of a {@link BaselineText}. */
export function baselineOf(text: string | undefined): number[] | undefined {
  return text?.split(',').map(Number);
}
