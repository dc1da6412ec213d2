import { mostSpread } from '../vision/vision-stream.js';
import type { FaceFault } from './face-quality.js';

/** A face is read again when for so long, in milliseconds, nothing was wrong and its landmarks spread no more than this. */
const calm = { spread: 0.01, time: 330 };

/**
 * Whether one followed face can be read. It cannot once something is wrong with it or its landmarks spread more than `mostSpread`,
 * and can again only after a calm third of a second: a hand that moves over a mouth is not read between two fingers.
 */
export class Readability {
  #fault: FaceFault | undefined;
  #calmSince: number | undefined;

  /**
   * Takes the next frame's fit.
   * @param face its `spread`, see `DetectedFace.spread` (without one the landmarks are believed), and what is wrong with it.
   * @param at when the frame was taken, milliseconds.
   * @returns why it is not read; undefined if it is.
   */
  update(
    { spread = 0, reason }: { spread?: number | undefined; reason?: FaceFault | undefined },
    at: number,
  ): FaceFault | undefined {
    // Landmarks go astray where something hides them.
    const fault = reason ?? (spread > mostSpread ? 'occluded' : undefined);
    this.#fault = fault ?? this.#fault;
    if (fault !== undefined || spread > calm.spread) this.#calmSince = undefined;
    else this.#calmSince ??= at;
    if (this.#calmSince !== undefined && at - this.#calmSince >= calm.time) this.#fault = undefined;
    return this.#fault;
  }
}
