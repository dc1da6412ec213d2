import type { FrameAnalysis, Framing, Vision } from '../vision/vision.js';

/** How a face is looked for in a photo. */
export interface FaceSearch {
  /** Whether one plain look is all, as in the original. */
  plain: boolean;
}

/** A photo that was looked at. */
export interface SearchedPhoto {
  frame: FrameAnalysis;
  /** Whether the plain look saw nobody, so that it took the second. */
  framed: boolean;
}

/**
 * How a photo is set up for the second look. Measured on aligned crops of 100×100 pixels: the plain look finds 22 % of the faces,
 * this one 87 %; with grey, white or continued borders 73 to 78 %, with a border of 25 % 86 %, and enlarging further finds no more.
 */
const secondLook: Framing = { shortSide: 200, border: 0.4 };

/**
 * Looks for the faces of a photo as the original does. If nobody is seen, and in every photo so small that it can be enlarged,
 * a second look is taken, with the photo enlarged and a border around it: its landmarks are steadier where pixels are few.
 *
 * @throws FrameError as `Vision.analyzeEncoded`.
 */
export async function searchPhoto(
  vision: Vision,
  bytes: Uint8Array,
  { plain }: FaceSearch,
): Promise<SearchedPhoto> {
  const first = await vision.analyzeEncoded(bytes);
  const seen = first.faces.length > 0;
  const small = Math.min(first.width, first.height) < secondLook.shortSide;
  if (plain || (seen && !small)) return { frame: first, framed: false };
  const second = await vision.analyzeFramed(bytes, secondLook);
  if (second.faces.length === 0) return { frame: first, framed: false };
  return { frame: second, framed: !seen };
}
