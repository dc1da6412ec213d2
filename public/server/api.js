import { asUnreachable, ServerError, UnreachableError } from './errors.js';
import { eventsOf } from './event-stream.js';
import { withTimeLimit } from './time-limit.js';

/** @typedef {import('../text/translator.js').Language} Language */
/** @typedef {import('../live/faces.js').LiveAnswer} LiveAnswer */
/** @typedef {import('../state/page-state.js').ModelState} ModelState */

/**
 * A second as Gemini is told it, in words of the reading's language.
 *
 * @typedef {{ state: 'read', emotion: string } | { state: 'unsure' } | { state: 'unseen' }} TimelineSecond
 */

/**
 * What a reading is made from.
 *
 * @typedef {object} ReadingRequest
 * @property {string} context what the visitor talked about
 * @property {readonly string[]} emotions one word a second that was read
 * @property {readonly TimelineSecond[]} timeline every second
 * @property {Language} language the language that the reading is wanted in
 */

const predictTimeoutMs = 20_000;
const modelTimeoutMs = 10_000;

/** EmoChat's server, as the page sees it. Every method throws `ServerError` or `UnreachableError`, or an `AbortError`. */
export class Api {
  #language;

  /** @param {() => Language} language the page's language at the time of a request */
  constructor(language) {
    this.#language = language;
  }

  /**
   * What the server's model tells apart, and whether Gemini can be asked.
   *
   * @param {AbortSignal} signal
   * @returns {Promise<ModelState>}
   */
  async model(signal) {
    const answer = await withTimeLimit(signal, modelTimeoutMs, (limited) =>
      this.#json('model', { signal: limited }),
    );
    const { labels, baseline } = answer.page;
    return { labels, baseline, gemini: answer.gemini ?? true };
  }

  /**
   * Everyone in one picture. The faces are numbered by their size alone.
   *
   * @param {Blob} picture JPEG, PNG or WebP
   * @param {AbortSignal} signal
   * @param {readonly number[] | null} [baseline] the calm face of the largest one
   * @returns {Promise<LiveAnswer>}
   */
  async predict(picture, signal, baseline = null) {
    const calm = baseline === null ? '' : `&baseline=${baseline.join(',')}`;
    const answer = await withTimeLimit(signal, predictTimeoutMs, (limited) =>
      this.#json(`predict?landmarks=true&faces=all&model=page${calm}`, {
        method: 'POST',
        headers: { 'Content-Type': picture.type },
        body: picture,
        signal: limited,
      }),
    );
    const faces = [...answer.faces].sort((a, b) => b.box[2] - a.box[2]);
    return {
      width: answer.width ?? 0,
      height: answer.height ?? 0,
      faces: faces.map((face, id) => ({ readable: face.reason === undefined, ...face, id })),
    };
  }

  /**
   * Gemini's reading, as it is written.
   *
   * @param {ReadingRequest} request
   * @param {(text: string) => void} onText called with each piece, Markdown
   * @param {AbortSignal} signal
   * @returns {Promise<string>} why it ended: `STOP`, or what broke it off, as `SAFETY` or `MAX_TOKENS`
   */
  async read(request, onText, signal) {
    const response = await this.#fetch('analyze_session', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', Accept: 'text/event-stream, application/json' },
      body: JSON.stringify(request),
      signal,
    });
    if (response.ok && response.body !== null && isEventStream(response)) {
      return await readEvents(response.body, onText);
    }
    onText((await answerOf(response)).analysis);
    return 'STOP';
  }

  /**
   * @param {string} path
   * @param {RequestInit} request
   */
  async #json(path, request) {
    return await answerOf(await this.#fetch(path, request));
  }

  /**
   * @param {string} path
   * @param {RequestInit} request
   */
  async #fetch(path, request) {
    const headers = { ...request.headers, 'Accept-Language': this.#language() };
    try {
      return await fetch(path, { ...request, headers });
    } catch (cause) {
      throw asUnreachable(cause);
    }
  }
}

/** @param {Response} response */
function isEventStream(response) {
  return (response.headers.get('Content-Type') ?? '').startsWith('text/event-stream');
}

/** @param {Response} response */
async function answerOf(response) {
  const answer = await readJson(response);
  if (response.ok) return answer;
  if (typeof answer.error !== 'string') {
    throw new UnreachableError(`${response.status} from something else`);
  }
  const seconds = Number(response.headers.get('Retry-After'));
  throw new ServerError(answer.error, response.status, Number.isFinite(seconds) ? seconds : 0);
}

/** @param {Response} response */
async function readJson(response) {
  try {
    return await response.json();
  } catch (cause) {
    // Cut off half-way, or answered by something that is not EmoChat.
    throw asUnreachable(cause);
  }
}

/**
 * @param {ReadableStream<Uint8Array>} body
 * @param {(text: string) => void} onText
 */
async function readEvents(body, onText) {
  try {
    for await (const { event, data } of eventsOf(body)) {
      const message = JSON.parse(data);
      if (event === 'text') onText(message.text);
      if (event === 'end') return message.finish;
      if (event === 'error') throw new ServerError(message.error, 502, 0);
    }
  } catch (cause) {
    throw cause instanceof ServerError ? cause : asUnreachable(cause);
  }
  throw new UnreachableError('the stream ended before its end');
}
