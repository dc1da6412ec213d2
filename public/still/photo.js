import { jpegOf } from '../live/frame-grabber.js';

/** @typedef {import('../live/faces.js').LiveAnswer} LiveAnswer */

/** The longest side of a photo that is sent, in pixels: faces in groups are small. */
const longestSide = 1600;

/** A photo with what is in it. @typedef {{ picture: HTMLCanvasElement, answer: LiveAnswer }} ReadPhoto */

/**
 * Reads everyone in a photo.
 *
 * @param {Blob} file
 * @param {import('../server/api.js').Api} api
 * @param {AbortSignal} signal
 * @returns {Promise<ReadPhoto | null>} null if the browser cannot open it
 * @throws {ServerError | UnreachableError} or an `AbortError`
 */
export async function readPhoto(file, api, signal) {
  const picture = await uprightPicture(file);
  if (picture === null) return null;
  const { faces } = await api.predict(await jpegOf(picture), signal);
  return { picture, answer: { width: picture.width, height: picture.height, faces } };
}

/**
 * @param {Blob} file
 * @returns {Promise<HTMLCanvasElement | null>}
 */
async function uprightPicture(file) {
  const image = new Image();
  const address = URL.createObjectURL(file);
  try {
    image.src = address;
    // An image element turns a photo upright as its camera noted, in every browser.
    await image.decode();
    const scale = Math.min(1, longestSide / Math.max(image.naturalWidth, image.naturalHeight));
    const canvas = document.createElement('canvas');
    canvas.width = Math.max(1, Math.round(image.naturalWidth * scale));
    canvas.height = Math.max(1, Math.round(image.naturalHeight * scale));
    canvas.getContext('2d', { alpha: false })?.drawImage(image, 0, 0, canvas.width, canvas.height);
    return canvas;
  } catch (error) {
    if (error instanceof DOMException) return null;
    throw error;
  } finally {
    URL.revokeObjectURL(address);
  }
}
