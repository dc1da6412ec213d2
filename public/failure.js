import { ServerError, UnreachableError } from './api.js';
import { asItIs, messages } from './messages.js';

/** @typedef {import('./translator.js').Message} Message */

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
