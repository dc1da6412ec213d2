import { sanitizedAddon } from './addon.js';

/**
 * One of two amounts of work: the first in `npm test`, which has seconds, the second in `npm run test:full` and under the
 * sanitizers, which have minutes.
 */
export function amount<Amount>(usual: Amount, thorough: Amount): Amount {
  return process.env['EMOCHAT_TESTS'] === 'full' || sanitizedAddon !== undefined ? thorough : usual;
}

/**
 * Whether comparisons with OpenCV take everything there is (`npm run test:exhaustive`, hours) instead of a sample
 * (`npm run test:full`, minutes). The tests are the same.
 */
export const exhaustive = process.env['EMOCHAT_TEST_AMOUNT'] === 'all';

/** Milliseconds that a comparison may take; as long as it needs if it takes everything. */
export const comparisonTimeout = exhaustive ? 0 : 900_000;

/** `list` in parts of no more than `size`. */
export function inParts<Item>(list: readonly Item[], size: number): Item[][] {
  return Array.from({ length: Math.ceil(list.length / size) }, (_, i) =>
    list.slice(i * size, (i + 1) * size),
  );
}

/** Says on stderr how far a long comparison is and about how long it still takes; nothing while only a sample is compared. */
export class Progress {
  readonly #what: string;
  readonly #total: number;
  readonly #start = Date.now();
  #done = 0;

  constructor(what: string, total: number) {
    this.#what = what;
    this.#total = total;
  }

  add(done: number, remark: string): void {
    this.#done += done;
    if (!exhaustive) return;
    const minutes = (((Date.now() - this.#start) / 60_000) * (this.#total - this.#done)) / this.#done;
    const left = this.#done < this.#total ? `, ${minutes.toFixed(0)} min left` : '';
    process.stderr.write(`${this.#what}: ${this.#done}/${this.#total} pictures, ${remark}${left}\n`);
  }
}
