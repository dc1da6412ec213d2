/**
 * Runs a request that is taken back when `signal` says so, or when it takes too long. `AbortSignal.any` would do the same in
 * browsers younger than those that EmoChat is meant for.
 *
 * @template T
 * @param {AbortSignal} signal
 * @param {number} ms
 * @param {(signal: AbortSignal) => Promise<T>} request
 * @returns {Promise<T>}
 */
export async function withTimeLimit(signal, ms, request) {
  const limited = new AbortController();
  const abort = () => limited.abort(signal.reason);
  const timer = setTimeout(() => limited.abort(new DOMException('too slow', 'TimeoutError')), ms);
  signal.addEventListener('abort', abort);
  if (signal.aborted) abort();
  try {
    return await request(limited.signal);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', abort);
  }
}
