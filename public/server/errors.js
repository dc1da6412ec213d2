import { asItIs, messages } from '../text/messages.js';

/** @typedef {import('../text/translator.js').Message} Message */

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

/**
 * What to tell the visitor about a request that failed. A defect of the page's own also goes to the console.
 *
 * @param {unknown} error
 * @param {Message} unreachable what to say if the server does not answer
 * @returns {Message}
 */
export function failureText(error, unreachable) {
  if (error instanceof ServerError) return asItIs(error.message);
  if (error instanceof UnreachableError) return unreachable;
  reportError(error);
  return messages.ownFault;
}

/**
 * @param {unknown} cause
 * @returns {unknown} an `UnreachableError`, unless the request was taken back
 */
export function asUnreachable(cause) {
  const aborted = cause instanceof DOMException && cause.name === 'AbortError';
  return aborted ? cause : new UnreachableError('no answer', { cause });
}
