import { TransferError } from './transfer-error.js';

/** What a transfer under a {@link FirstByteLimit} needs of it. */
export interface FirstByteWatch {
  /** Aborts when the wait is over. */
  readonly signal: AbortSignal;
  /** To be called when a byte of the file has come: from then on the transfer may take as long as it needs. */
  readonly onFirstByte: () => void;
}

/**
 * How long a start waits for a network that does not answer: name resolution, connections, redirects, heads of answers
 * and retries together. Transfers that follow each other share the time, so that a dead network costs it once.
 */
export class FirstByteLimit {
  readonly #limitMs: number;
  #leftMs: number;
  /** When the transfer under way began, until its first byte; as `performance.now()`. */
  #waitingSince: number | undefined;

  /** @param limitMs milliseconds until the first byte. */
  constructor(limitMs: number) {
    this.#limitMs = limitMs;
    this.#leftMs = limitMs;
  }

  /**
   * Runs a transfer that ends with a TransferError once nothing has come for what is left of the time.
   * One at a time.
   * @param outer ends the transfer, too, with its own reason.
   */
  async over<T>(outer: AbortSignal | undefined, transfer: (watch: FirstByteWatch) => Promise<T>): Promise<T> {
    const stopped = new AbortController();
    const stop = (): void => stopped.abort(outer?.reason);
    if (outer?.aborted) stop();
    outer?.addEventListener('abort', stop, { once: true });
    this.#waitingSince = performance.now();
    const timer = setTimeout(() => stopped.abort(this.#tooLate()), this.#leftMs);
    if (this.#leftMs === 0) stopped.abort(this.#tooLate());
    const onFirstByte = (): void => {
      clearTimeout(timer);
      this.#waitingSince = undefined;
      this.#leftMs = this.#limitMs;
    };
    try {
      return await transfer({ signal: stopped.signal, onFirstByte });
    } finally {
      clearTimeout(timer);
      outer?.removeEventListener('abort', stop);
      this.#countWait();
    }
  }

  #countWait(): void {
    if (this.#waitingSince === undefined) return;
    this.#leftMs = Math.max(0, this.#leftMs - (performance.now() - this.#waitingSince));
  }

  #tooLate(): TransferError {
    return new TransferError(`${this.#limitMs / 1000} s without a first byte`, 'never');
  }
}
