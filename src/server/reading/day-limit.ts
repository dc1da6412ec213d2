import { RequestError } from '../request-error.js';
import { texts } from '../texts.js';

const dayMs = 24 * 60 * 60 * 1000;

/** Bounds what a day costs its owner: so many readings of all clients together, counted anew at midnight UTC. */
export class DayLimit {
  readonly #most: number;
  #day = 0;
  #count = 0;

  /** @param most readings a day, from 1 on. */
  constructor(most: number) {
    this.#most = most;
  }

  /** @throws RequestError 429 `ANALYSES_OF_THE_DAY` with the time to midnight if there were as many already. */
  count(nowMs = Date.now()): void {
    const day = Math.floor(nowMs / dayMs);
    // A clock that is turned back does not give the day again.
    if (day > this.#day) [this.#day, this.#count] = [day, 0];
    if (this.#count >= this.#most) {
      const retryAfter = Math.max(1, Math.ceil(((this.#day + 1) * dayMs - nowMs) / 1000));
      throw new RequestError(429, 'ANALYSES_OF_THE_DAY', texts.dayIsOver, { retryAfter });
    }
    this.#count += 1;
  }
}
