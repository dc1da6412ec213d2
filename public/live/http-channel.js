import { jpegOf } from './frame-grabber.js';
import { samePlace } from './faces.js';

/** @typedef {import('../server/api.js').Api} Api */
/** @typedef {import('./faces.js').LiveAnswer} LiveAnswer */
/** @typedef {import('./faces.js').LiveFace} LiveFace */

/** A frame a request. It serves where a WebSocket cannot be had; faces keep their number as long as they stay about where they are. */
export class HttpChannel {
  #api;
  #baseline;
  #next = 1;
  /** @type {LiveFace[]} */
  #before = [];

  /**
   * @param {Api} api
   * @param {() => readonly number[] | null} baseline the calm face of the person in the frames
   */
  constructor(api, baseline) {
    this.#api = api;
    this.#baseline = baseline;
  }

  /**
   * @param {HTMLCanvasElement} frame
   * @param {AbortSignal} signal
   * @returns {Promise<LiveAnswer>}
   */
  async ask(frame, signal) {
    const { width, height } = frame;
    const { faces } = await this.#api.predict(await jpegOf(frame), signal, this.#baseline());
    const free = [...this.#before];
    this.#before = faces.map((face) => {
      const at = free.findIndex(({ box }) => samePlace(box, face.box));
      const [same] = at === -1 ? [] : free.splice(at, 1);
      return { ...face, id: same?.id ?? this.#next++ };
    });
    return { width, height, faces: this.#before };
  }
}
