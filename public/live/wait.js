/**
 * @param {number} ms
 * @param {AbortSignal} signal ends the wait early
 */
export function sleep(ms, signal) {
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
export async function visible(signal) {
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
    if (signal.aborted) finish();
  });
}
