import { ServerError } from '../server/errors.js';
import { Pace, watchBattery } from './pace.js';
import { sleep, visible } from './wait.js';

/** @typedef {import('./faces.js').LiveAnswer} LiveAnswer */

/**
 * @typedef {object} StreamParts
 * @property {() => HTMLCanvasElement | null} grab the frame to send, or null if there is none to be sent now
 * @property {(frame: HTMLCanvasElement, signal: AbortSignal) => Promise<LiveAnswer>} ask
 * @property {(answer: LiveAnswer, takenMs: number) => void} onAnswer
 * @property {(error: unknown) => void} onFailure not called when the server is only busy
 */

/**
 * Sends frames while it runs, up to 15 a second and never two at once: a late answer delays the next frame.
 * Rests while the tab is hidden. After failures it waits longer and longer, and recovers by itself.
 */
export class Stream {
  #parts;
  #pace = new Pace();
  /** @type {AbortController | null} */
  #running = null;

  /** @param {StreamParts} parts */
  constructor(parts) {
    this.#parts = parts;
    void watchBattery(this.#pace);
  }

  start() {
    this.stop();
    this.#running = new AbortController();
    void this.#run(this.#running.signal);
  }

  /** Takes back the frame under way; its answer is never handed on. */
  stop() {
    this.#running?.abort();
    this.#running = null;
  }

  /** @param {AbortSignal} signal */
  async #run(signal) {
    while (!signal.aborted) {
      await visible(signal);
      const started = performance.now();
      const askedSeconds = await this.#sendFrame(signal);
      // Nobody was asked, so there is nobody to spare: the camera is looked at again soon, whatever the server did before.
      const interval = askedSeconds === null ? this.#pace.planned : this.#pace.interval(askedSeconds);
      // Even a busy page gets to draw what it was told.
      await sleep(Math.max(4, started + interval - performance.now()), signal);
    }
  }

  /**
   * @param {AbortSignal} signal
   * @returns {Promise<number | null>} seconds that the server asks to be left alone; null if there was no frame to send
   */
  async #sendFrame(signal) {
    try {
      const frame = this.#parts.grab();
      if (frame === null || signal.aborted) return null;
      const takenMs = performance.now();
      const answer = await this.#parts.ask(frame, signal);
      this.#pace.answered();
      if (!signal.aborted) this.#parts.onAnswer(answer, takenMs);
      return 0;
    } catch (error) {
      if (signal.aborted) return 0;
      const busy = error instanceof ServerError && error.busy;
      this.#pace.failed(busy);
      if (!busy) this.#parts.onFailure(error);
      return error instanceof ServerError ? error.retryAfterSeconds : 0;
    }
  }
}
