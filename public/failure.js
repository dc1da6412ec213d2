import { ServerError, UnreachableError } from './api.js';
import { asItIs, messages } from './messages.js';

/** @typedef {import('./translator.js').Message} Message */

/**
 * What to tell the visitor about a request that failed. A defect of the page's own also goes to the console.
 *
 * @param {unknown} error
 * @returns {Message}
 */
export function failureText(error) {
  if (error instanceof ServerError) return asItIs(error.message);
  if (error instanceof UnreachableError) return messages.serverUnreachable;
  reportError(error);
  return messages.ownFault;
}
