import type { Box } from './frame.js';

/** Which face of a picture counts: the largest, or the first in the detector's order, as in the original. */
export const faceRules = ['largest', 'first'] as const;
export type FaceRule = (typeof faceRules)[number];

/**
 * Two faces are about as large as each other if the smaller one has at least this share of the larger one's area. The
 * detector's sizes are steps of 1.1, which is 21 % of area: two faces that are one step apart are as large as each other.
 */
const nearEqualArea = 0.8;

interface Picture {
  width: number;
  height: number;
}

/**
 * The faces of a picture with the one that counts at the front. By the rule `largest` that is the largest; of those about as
 * large ({@link nearEqualArea}) it is the one whose middle is nearest to the middle of the picture. The others follow by size.
 * What is equal in all that is ordered by place, from the top and then from the left, so that the order is always the same.
 *
 * @param picture its size in pixels, in which the boxes lie.
 * @returns a new list; by the rule `first` in the order given.
 */
export function orderFaces<Face extends { box: Box }>(
  faces: readonly Face[],
  picture: Picture,
  rule: FaceRule = 'largest',
): Face[] {
  if (rule === 'first') return [...faces];
  const bySize = [...faces].sort((a, b) => area(b) - area(a) || compareByPlace(a, b, picture));
  const rivals = bySize.filter((face) => area(face) >= nearEqualArea * area(bySize[0]));
  const [counts] = rivals.sort((a, b) => compareByPlace(a, b, picture));
  return counts === undefined ? [] : [counts, ...bySize.filter((face) => face !== counts)];
}

function area(face: { box: Box } | undefined): number {
  return face === undefined ? 0 : face.box[2] * face.box[3];
}

function compareByPlace(a: { box: Box }, b: { box: Box }, picture: Picture): number {
  return fromMiddle(a, picture) - fromMiddle(b, picture) || a.box[1] - b.box[1] || a.box[0] - b.box[0];
}

/** Distance of a face from the middle of the picture, squared, in half pixels: a whole number, so that equal is equal. */
function fromMiddle({ box: [x, y, width, height] }: { box: Box }, picture: Picture): number {
  return (2 * x + width - picture.width) ** 2 + (2 * y + height - picture.height) ** 2;
}
