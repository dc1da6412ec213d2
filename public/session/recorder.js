import { cellOf } from './cells.js';

/** @typedef {import('./cells.js').Cell} Cell */

/**
 * What one frame said about the person who is read.
 *
 * @typedef {object} Sample
 * @property {number} atMs when the frame was taken, in the clock of `performance.now()`
 * @property {'face' | 'unreadable' | 'unseen'} state
 * @property {string} [emotion] the likeliest label, with `face`
 * @property {Record<string, number>} [probabilities] with `face`
 * @property {boolean} [sure] with `face`
 * @property {import('../live/faces.js').Fault} [reason] with `unreadable`
 */

/** From here on a recording may be ended early; and so many seconds must be read for a reading. */
export const leastSeconds = 10;

/**
 * One recording, from its first second to its last. It owns no timer and knows no page: whoever uses it tells it the time, in
 * milliseconds of one clock. Time passes whatever happens: a second without an answer stays in it as `unseen`.
 */
export class Recorder {
  #startedMs;
  /** @type {Sample[]} */
  #samples = [];
  /** Seconds that are over do not change any more. @type {Cell[]} */
  #cells = [];

  /**
   * @param {number} length seconds
   * @param {number} nowMs
   */
  constructor(length, nowMs) {
    this.length = length;
    this.#startedMs = nowMs;
  }

  /** @param {Sample} sample later than those before it */
  add(sample) {
    if (sample.atMs >= this.#startedMs) this.#samples.push(sample);
  }

  /**
   * @param {number} nowMs
   * @returns {number} seconds, 0 … length
   */
  elapsed(nowMs) {
    return Math.min(this.length, Math.max(0, (nowMs - this.#startedMs) / 1000));
  }

  /**
   * The seconds so far, the present one included once something has been heard of it.
   *
   * @param {number} nowMs
   * @returns {Cell[]}
   */
  cells(nowMs) {
    const elapsed = this.elapsed(nowMs);
    // An answer is about a frame that is a little older than itself: the second just over may still get one.
    const settled = Math.floor(Math.max(0, elapsed - 0.7));
    for (let i = this.#cells.length; i < settled; i += 1) this.#cells.push(this.#cell(i));
    const open = [];
    for (let i = this.#cells.length; i < Math.ceil(elapsed); i += 1) open.push(this.#cell(i));
    return [...this.#cells, ...open];
  }

  /**
   * Ends it.
   *
   * @param {number} nowMs
   * @returns {{ cells: Cell[], samples: Sample[] }} whole seconds alone; times of samples count from the beginning
   */
  finish(nowMs) {
    const seconds = Math.max(1, Math.round(this.elapsed(nowMs)));
    const endMs = this.#startedMs + seconds * 1000;
    return {
      cells: Array.from({ length: seconds }, (_, i) => this.#cells[i] ?? this.#cell(i)),
      samples: this.#samples
        .filter(({ atMs }) => atMs < endMs)
        .map((sample) => ({ ...sample, atMs: Math.round(sample.atMs - this.#startedMs) })),
    };
  }

  /** @param {number} i */
  #cell(i) {
    return cellOf(this.#samples, this.#startedMs + i * 1000);
  }
}

/**
 * @param {number} seconds
 * @returns {string} `mm:ss`, e.g. `00:30`
 */
export function clockFace(seconds) {
  return [Math.floor(seconds / 60), seconds % 60].map((part) => String(part).padStart(2, '0')).join(':');
}
