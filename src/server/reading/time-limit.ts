/**
 * Ends work that takes too long, or that nobody waits for any more. Its timer holds it: on Node 20 the signal of
 * `AbortSignal.any([…, AbortSignal.timeout(…)])` never fires once the garbage collector has run.
 */
export class TimeLimit {
  readonly signal: AbortSignal;
  readonly #controller = new AbortController();
  readonly #parent: AbortSignal;
  readonly #abort = (): void => this.#controller.abort();
  #timer: NodeJS.Timeout;

  /**
   * @param ms from now, milliseconds.
   * @param parent ends the work before its time.
   */
  constructor(ms: number, parent: AbortSignal) {
    this.signal = this.#controller.signal;
    this.#parent = parent;
    this.#timer = setTimeout(this.#abort, ms);
    if (parent.aborted) this.#abort();
    else parent.addEventListener('abort', this.#abort);
  }

  /** Another time from now on, milliseconds. */
  restart(ms: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(this.#abort, ms);
  }

  /** Waits for a step of the work, but no longer than the limit, whether or not the step heeds the signal. */
  over<T>(step: Promise<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const stop = (): void => reject(this.signal.reason as DOMException);
      const settled = (): void => this.signal.removeEventListener('abort', stop);
      step.then(resolve, reject).finally(settled);
      if (this.signal.aborted) stop();
      else this.signal.addEventListener('abort', stop);
    });
  }

  /** Gives back the timer, and what still listens to the signal. */
  end(): void {
    clearTimeout(this.#timer);
    this.#parent.removeEventListener('abort', this.#abort);
    this.#abort();
  }
}
