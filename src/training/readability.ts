import { mostSpread } from '../vision/vision-stream.js';

/** Landmarks are right again when for so long, in milliseconds, they have spread no more than this. */
const calm = { spread: 0.01, time: 330 };

/**
 * Whether the landmarks of one followed face look like a face's. They stop to when their spread is larger than `mostSpread`,
 * and do again only after a calm third of a second: a hand that moves over a mouth is not read between two fingers.
 */
export class Readability {
  #readable = true;
  #calmSince: number | undefined;

  /**
   * Takes the next frame's fit.
   * @param spread see `DetectedFace.spread`; without one the landmarks are believed.
   * @param at when the frame was taken, milliseconds.
   */
  update(spread: number | undefined, at: number): boolean {
    if (spread === undefined) return true;
    if (spread > mostSpread) this.#readable = false;
    if (spread > calm.spread) this.#calmSince = undefined;
    else this.#calmSince ??= at;
    if (this.#calmSince !== undefined && at - this.#calmSince >= calm.time) this.#readable = true;
    return this.#readable;
  }
}
