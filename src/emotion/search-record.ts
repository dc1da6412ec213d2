import { Type } from 'typebox';
import { faceRules } from '../vision/face-order.js';
import { looks } from '../vision/face-search.js';
import { landmarkKinds } from '../vision/frame.js';

/** How the photos behind rows were searched, see `PhotoSearch`. */
export const searchRecord = Type.Object({ look: Type.Enum([...looks]), face: Type.Enum([...faceRules]) });

/** What found landmarks, see `Landmarks`. */
export const landmarkKind = Type.Enum([...landmarkKinds]);

/** What found the landmarks behind rows; a list where each face has a row of several kinds. */
export const landmarksRecord = Type.Union([
  landmarkKind,
  Type.Array(landmarkKind, { minItems: 1, maxItems: landmarkKinds.length, uniqueItems: true }),
]);
