import { ServerError, UnreachableError } from '../server/errors.js';
import { jpegOf } from './frame-grabber.js';

/** @typedef {import('./faces.js').LiveAnswer} LiveAnswer */
/** @typedef {import('../text/translator.js').Language} Language */

const openTimeoutMs = 10_000;
const answerTimeoutMs = 20_000;

/** No socket ever gave an answer: the server is down, or something between does not let sockets through. */
export class NoSocketError extends UnreachableError {}

/** Frames over one WebSocket, `/live`: a JPEG out, an answer in. The server follows the faces, so each keeps its number. */
export class SocketChannel {
  #language;
  #baseline;
  /** @type {WebSocket | null} */
  #socket = null;
  /** Whether it has given an answer. */
  #proven = false;

  /**
   * @param {() => Language} language of the server's errors
   * @param {() => readonly number[] | null} baseline the calm face of the person in the frames
   */
  constructor(language, baseline) {
    this.#language = language;
    this.#baseline = baseline;
  }

  /** A socket that is not used any more costs the server a place. */
  close() {
    if (this.#socket !== null) this.#drop(this.#socket);
  }

  /** @param {WebSocket} socket */
  #drop(socket) {
    // Closed before it is open, it is an error in the browser's console.
    if (socket.readyState === WebSocket.CONNECTING) socket.addEventListener('open', () => socket.close());
    else socket.close();
    if (this.#socket === socket) this.#socket = null;
  }

  /**
   * @param {HTMLCanvasElement} frame
   * @param {AbortSignal} signal
   * @returns {Promise<LiveAnswer>}
   * @throws {NoSocketError | UnreachableError | ServerError} or an `AbortError`
   */
  async ask(frame, signal) {
    const jpeg = await jpegOf(frame);
    signal.throwIfAborted();
    const socket = await this.#opened(signal);
    try {
      const message = nextEvent(socket, 'message', answerTimeoutMs, signal);
      socket.send(jpeg);
      const { data } = /** @type {MessageEvent<string>} */ (await message);
      this.#proven = true;
      return answerOf(JSON.parse(data));
    } catch (error) {
      if (error instanceof ServerError) throw error;
      // Its answer may still come, and would be taken for that to another frame.
      this.#drop(socket);
      throw this.#proven ? error : new NoSocketError('no answer on the socket', { cause: error });
    }
  }

  /** @param {AbortSignal} signal */
  async #opened(signal) {
    const address = socketAddress(this.#language(), this.#baseline());
    if (this.#socket?.readyState === WebSocket.OPEN && this.#socket.url === address) return this.#socket;
    this.close();
    const socket = new WebSocket(address);
    this.#socket = socket;
    this.#proven = false;
    try {
      await nextEvent(socket, 'open', openTimeoutMs, signal);
    } catch (cause) {
      this.#drop(socket);
      throw new NoSocketError('no socket', { cause });
    }
    return socket;
  }
}

/**
 * @param {Language} language
 * @param {readonly number[] | null} baseline
 */
function socketAddress(language, baseline) {
  const address = new URL('live', location.href);
  address.protocol = address.protocol === 'https:' ? 'wss:' : 'ws:';
  address.search =
    baseline === null ? `?lang=${language}` : `?lang=${language}&baseline=${baseline.join(',')}`;
  address.hash = '';
  return address.href;
}

/**
 * @param {LiveAnswer & { error?: string, retryAfter?: number }} answer
 * @returns {LiveAnswer}
 */
function answerOf(answer) {
  if (answer.error === undefined) return answer;
  throw new ServerError(answer.error, answer.retryAfter === undefined ? 400 : 503, answer.retryAfter ?? 0);
}

/**
 * Waits for an event of a socket. Leaves no listener behind: the socket lives as long as the camera is on.
 *
 * @param {WebSocket} socket
 * @param {'open' | 'message'} type
 * @param {number} ms
 * @param {AbortSignal} signal
 * @returns {Promise<Event>}
 * @throws {UnreachableError} if the socket closes, or nothing comes in time
 */
function nextEvent(socket, type, ms, signal) {
  return new Promise((resolve, reject) => {
    const end = (/** @type {() => void} */ settle) => {
      clearTimeout(timer);
      socket.removeEventListener(type, happened);
      socket.removeEventListener('close', lost);
      signal.removeEventListener('abort', lost);
      settle();
    };
    const happened = (/** @type {Event} */ event) => end(() => resolve(event));
    const lost = () => end(() => reject(new UnreachableError(`no ${type} on the socket`)));
    const timer = setTimeout(lost, ms);
    socket.addEventListener(type, happened);
    socket.addEventListener('close', lost);
    signal.addEventListener('abort', lost);
    if (signal.aborted) lost();
  });
}
