/** @typedef {import('./translator.js').Language} Language */
/**
 * What the server says about a frame. Without a face only `emotion` is there.
 *
 * @typedef {object} Prediction
 * @property {string} emotion label of the first face, or `No face detected`
 * @property {Record<string, number>} [probabilities] label → 0…1
 * @property {boolean} [sure] whether the emotion is probable enough to be named
 * @property {[x: number, y: number, width: number, height: number]} [box] pixels of the frame
 */

const predictTimeoutMs = 20_000;

/** The server answered that it cannot or will not; `message` is its own text, in the page's language. */
export class ServerError extends Error {
  /**
   * @param {string} message
   * @param {number} status HTTP status
   * @param {number} retryAfterSeconds how long it asks to be left alone; 0 if it does not say
   */
  constructor(message, status, retryAfterSeconds) {
    super(message);
    this.status = status;
    this.retryAfterSeconds = retryAfterSeconds;
  }

  /** Whether it is only busy, and the same request may succeed in a moment. */
  get busy() {
    return this.status === 503 || this.status === 429;
  }
}

/** No answer at all: the server is down, or the network is. */
export class UnreachableError extends Error {}

/** EmoChat's server, as the page sees it. */
export class Api {
  #language;

  /** @param {() => Language} language the page's language at the time of a request */
  constructor(language) {
    this.#language = language;
  }

  /**
   * @returns {Promise<readonly string[]>} the emotions that the server tells apart
   * @throws {ServerError | UnreachableError}
   */
  async labels() {
    return (await this.#ask('model', { method: 'GET' })).labels;
  }

  /**
   * @param {string} image one frame as a data URL
   * @param {AbortSignal} signal
   * @returns {Promise<Prediction>}
   * @throws {ServerError | UnreachableError} or an `AbortError` when the signal says so
   */
  async predict(image, signal) {
    const limited = AbortSignal.any([signal, AbortSignal.timeout(predictTimeoutMs)]);
    return await this.#post('predict', { image }, limited);
  }

  /**
   * @param {object} session
   * @param {string} session.context what the visitor talked about
   * @param {readonly string[]} session.emotions one word a frame, in `language`
   * @param {Language} session.language the language that the reading is wanted in
   * @returns {Promise<string>} Gemini's reading, plain text in paragraphs
   * @throws {ServerError | UnreachableError}
   */
  async analyzeSession(session) {
    const answer = await this.#post('analyze_session', session);
    return answer.analysis;
  }

  /**
   * @param {string} path
   * @param {unknown} body
   * @param {AbortSignal} [signal]
   */
  #post(path, body, signal) {
    return this.#ask(path, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(body),
      signal: signal ?? null,
    });
  }

  /**
   * @param {string} path
   * @param {RequestInit} request
   */
  async #ask(path, request) {
    const headers = { ...request.headers, 'Accept-Language': this.#language() };
    const response = await reach(path, { ...request, headers });
    const answer = await readJson(response);
    if (response.ok) return answer;
    if (typeof answer.error !== 'string')
      throw new UnreachableError(`${response.status} from something else`);
    const seconds = Number(response.headers.get('Retry-After'));
    throw new ServerError(answer.error, response.status, Number.isFinite(seconds) ? seconds : 0);
  }
}

/**
 * @param {string} path
 * @param {RequestInit} request
 */
async function reach(path, request) {
  try {
    return await fetch(path, request);
  } catch (cause) {
    throw asUnreachable(cause);
  }
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

/** @param {unknown} cause */
function asUnreachable(cause) {
  const aborted = cause instanceof DOMException && cause.name === 'AbortError';
  return aborted ? cause : new UnreachableError('no answer', { cause });
}
