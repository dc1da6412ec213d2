import { HttpChannel } from './http-channel.js';
import { NoSocketError, SocketChannel } from './socket-channel.js';

/** @typedef {import('./faces.js').LiveAnswer} LiveAnswer */

/** Where no socket can be had, it is tried again after this time. */
const socketAgainMs = 30_000;

/** The way of a frame to the server and back: over a WebSocket, or, where that cannot be had, a request a frame. */
export class LiveChannel {
  #socket;
  #http;
  #withoutSocketUntil = 0;

  /**
   * @param {import('../server/api.js').Api} api
   * @param {() => import('../text/translator.js').Language} language of the server's errors
   * @param {() => readonly number[] | null} [baseline] the calm face of the person in the frames; nobody's by default
   */
  constructor(api, language, baseline = () => null) {
    this.#socket = new SocketChannel(language, baseline);
    this.#http = new HttpChannel(api, baseline);
  }

  /**
   * @param {HTMLCanvasElement} frame
   * @param {AbortSignal} signal
   * @returns {Promise<LiveAnswer>}
   * @throws {ServerError | UnreachableError} or an `AbortError`
   */
  async ask(frame, signal) {
    const socketIsDue = performance.now() >= this.#withoutSocketUntil;
    if (socketIsDue) {
      try {
        return await this.#socket.ask(frame, signal);
      } catch (error) {
        if (!(error instanceof NoSocketError) || signal.aborted) throw error;
      }
    }
    const answer = await this.#http.ask(frame, signal);
    // The server is there, so it is the socket that cannot be had.
    if (socketIsDue) this.#withoutSocketUntil = performance.now() + socketAgainMs;
    return answer;
  }

  /** The camera is off: nothing more comes for now. */
  close() {
    this.#socket.close();
    this.#withoutSocketUntil = 0;
  }
}
