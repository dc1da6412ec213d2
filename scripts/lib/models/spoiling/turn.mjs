import { GreyPicture } from './grey-picture.mjs';

/** @typedef {import('./face-frame.mjs').FaceFrame} FaceFrame */

/** Shape of the head in distances of the eyes: half its width, its depth, half its height, and its nose. */
const head = { width: 1.22, depth: 1.35, height: 2.1, centre: 0.5, nose: 0.3 };
/** Steps across the head. */
const steps = 900;

/**
 * Turns a head to its side: the picture is laid on an ellipsoid with a nose, and seen anew. What the picture does not show of it
 * goes on as its edge does.
 *
 * @param {GreyPicture} picture
 * @param {FaceFrame} face seen from the front
 * @param {number} angle radians, in (-π/2, π/2)
 * @returns {GreyPicture}
 */
export function turned(picture, face, angle) {
  const { width, height } = picture;
  const grey = Uint8Array.from(picture.grey);
  const depths = new Float32Array(grey.length).fill(-Infinity);
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  const last = 0.3 / face.unit;
  for (let down = head.centre - head.height; down <= head.centre + head.height; down += last) {
    const narrower = Math.sqrt(Math.max(0, 1 - ((down - head.centre) / head.height) ** 2));
    for (let step = 0; step <= steps; step++) {
      // Beyond a quarter the picture does not see the head; it goes on with its side's grey.
      const around = (step / steps - 0.5) * Math.PI * 1.6;
      const seen = Math.min(Math.PI / 2.1, Math.max(-Math.PI / 2.1, around));
      const right = head.width * narrower * Math.sin(around);
      const source = head.width * narrower * Math.sin(seen);
      const depth = head.depth * narrower * Math.cos(around) + nose(right, down);
      const [x, y] = face.at(right * cos + depth * sin - head.depth * sin * 0.6, down);
      const [column, row] = [Math.round(x), Math.round(y)];
      if (column < 0 || column >= width || row < 0 || row >= height) continue;
      const nearer = depth * cos - right * sin;
      const i = row * width + column;
      if (nearer <= (depths[i] ?? 0)) continue;
      depths[i] = nearer;
      grey[i] = picture.sample(...face.at(source, down));
    }
  }
  return new GreyPicture(grey, width, height);
}

/**
 * @param {number} right
 * @param {number} down
 */
function nose(right, down) {
  const along = Math.min(1, Math.max(0, (down + 0.05) / 0.5));
  const below = down > 0.55 ? Math.exp(-(((down - 0.55) / 0.06) ** 2)) : 1;
  return head.nose * along * below * Math.exp(-((right / 0.16) ** 2));
}

/**
 * Leans a head to its side: the picture is turned about the point between the eyes.
 *
 * @param {GreyPicture} picture
 * @param {FaceFrame} face
 * @param {number} angle radians
 * @returns {GreyPicture}
 */
export function leant(picture, face, angle) {
  const { width, height } = picture;
  const grey = new Uint8Array(width * height);
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  for (let i = 0; i < grey.length; i++) {
    const [right, down] = [(i % width) - face.x, Math.floor(i / width) - face.y];
    grey[i] = picture.sample(face.x + cos * right + sin * down, face.y - sin * right + cos * down);
  }
  return new GreyPicture(grey, width, height);
}
