import { cameraMessages } from '../text/camera-messages.js';

/** @typedef {import('../text/translator.js').Message} Message */

/** A picture is looked at in this size: enough to see whether anything moves, and cheap. */
const width = 32;
const height = 24;
/** A camera's own noise changes some pixel every time; the very same picture for so long is none. */
const frozenMs = 1500;
const darkMs = 1000;
/** Brightest pixel of a covered camera, 0 … 255. */
const darkest = 16;

/** Tells a living picture from one that is black or stands still. */
export class PictureWatch {
  #context = thumbnailContext();
  /** @type {Uint8ClampedArray | null} */
  #before = null;
  #changedMs = 0;
  #brightMs = 0;

  /**
   * @param {number} nowMs
   */
  restart(nowMs) {
    this.#before = null;
    this.#changedMs = nowMs;
    this.#brightMs = nowMs;
  }

  /**
   * @param {HTMLCanvasElement} frame
   * @param {number} nowMs
   * @returns {Message | null} what is wrong with the picture
   */
  look(frame, nowMs) {
    this.#context.drawImage(frame, 0, 0, width, height);
    const { data } = this.#context.getImageData(0, 0, width, height);
    const before = this.#before;
    this.#before = data;
    if (before === null || data.some((value, i) => value !== before[i])) this.#changedMs = nowMs;
    if (data.some((value, i) => i % 4 !== 3 && value > darkest)) this.#brightMs = nowMs;
    if (nowMs - this.#brightMs > darkMs) return cameraMessages.dark;
    return nowMs - this.#changedMs > frozenMs ? cameraMessages.frozen : null;
  }
}

/**
 * Whether what is drawn on a canvas can be read back. Browsers that guard against tracking answer with white or with noise.
 */
export function canvasCanBeRead() {
  const context = thumbnailContext();
  context.fillStyle = '#2a6f97';
  context.fillRect(0, 0, width, height);
  const { data } = context.getImageData(0, 0, width, height);
  return data.every((value, i) => Math.abs(value - ([0x2a, 0x6f, 0x97, 0xff][i % 4] ?? 0)) <= 2);
}

function thumbnailContext() {
  const canvas = document.createElement('canvas');
  canvas.width = width;
  canvas.height = height;
  const context = canvas.getContext('2d', { willReadFrequently: true });
  if (context === null) throw new Error('no 2d context to look at the picture');
  return context;
}
