import { ServerError } from './api.js';

/** @typedef {import('./api.js').Prediction} Prediction */

const intervalMs = 1000;
const longestBackOffMs = 8000;

/**
 * Posts one frame a second and hands on the answers. Never two requests at once: a late answer delays the next frame.
 * Rests while the tab is hidden. After failures it waits longer and longer, and recovers by itself.
 */
export class Predictor {
  #source;
  /** @type {AbortController | null} */
  #running = null;

  /**
   * @param {object} source
   * @param {() => string | null} source.grab the frame to post, or null if there is none yet
   * @param {(image: string, signal: AbortSignal) => Promise<Prediction>} source.predict
   * @param {(prediction: Prediction) => void} source.onPrediction
   * @param {(error: unknown) => void} source.onFailure not called when the server is only busy
   */
  constructor(source) {
    this.#source = source;
  }

  start() {
    this.stop();
    this.#running = new AbortController();
    void this.#run(this.#running.signal);
  }

  /** Takes back the request under way; its answer is never handed on. */
  stop() {
    this.#running?.abort();
    this.#running = null;
  }

  /** @param {AbortSignal} signal */
  async #run(signal) {
    let failures = 0;
    while (!signal.aborted) {
      await visible(signal);
      const started = performance.now();
      const failure = await this.#postFrame(signal);
      failures = failure === null ? 0 : failures + 1;
      const wait = failure === null ? intervalMs : backOffMs(failure, failures);
      await sleep(wait - (performance.now() - started), signal);
    }
  }

  /**
   * @param {AbortSignal} signal
   * @returns {Promise<unknown>} what went wrong, or null
   */
  async #postFrame(signal) {
    try {
      const image = this.#source.grab();
      if (image === null || signal.aborted) return null;
      const prediction = await this.#source.predict(image, signal);
      if (!signal.aborted) this.#source.onPrediction(prediction);
      return null;
    } catch (error) {
      if (signal.aborted) return null;
      if (!(error instanceof ServerError && error.busy)) this.#source.onFailure(error);
      return error;
    }
  }
}

/**
 * @param {unknown} failure
 * @param {number} failures how many in a row, from 1
 */
function backOffMs(failure, failures) {
  const asked = failure instanceof ServerError ? failure.retryAfterSeconds * 1000 : 0;
  return Math.max(Math.min(asked, 60_000), Math.min(intervalMs * 2 ** failures, longestBackOffMs));
}

/**
 * @param {number} ms
 * @param {AbortSignal} signal ends the wait early
 */
function sleep(ms, signal) {
  return until(signal, (done) => {
    const timer = setTimeout(done, Math.max(0, ms));
    return () => clearTimeout(timer);
  });
}

/**
 * Waits until the tab can be seen.
 *
 * @param {AbortSignal} signal ends the wait early
 */
async function visible(signal) {
  while (document.hidden && !signal.aborted) {
    await until(signal, (done) => {
      document.addEventListener('visibilitychange', done);
      return () => document.removeEventListener('visibilitychange', done);
    });
  }
}

/**
 * Waits for something, or for the signal. Leaves no listener behind: the signal lives as long as the camera is on.
 *
 * @param {AbortSignal} signal
 * @param {(done: () => void) => () => void} begin begins to wait for `done`; returns what ends the wait
 * @returns {Promise<void>}
 */
function until(signal, begin) {
  return new Promise((resolve) => {
    const finish = () => {
      end();
      signal.removeEventListener('abort', finish);
      resolve();
    };
    const end = begin(finish);
    signal.addEventListener('abort', finish);
  });
}
