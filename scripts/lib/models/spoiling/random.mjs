/** Numbers drawn at random. */
export class Random {
  #draw;

  /** @param {(below: number) => number} draw gives whole numbers in [0, below): a seeded `randomStream` */
  constructor(draw) {
    this.#draw = draw;
  }

  /** @returns {number} in [0, 1) */
  next() {
    return this.#draw(2 ** 32) / 2 ** 32;
  }

  /**
   * @param {number} least
   * @param {number} most
   */
  between(least, most) {
    return least + (most - least) * this.next();
  }

  /** @returns {1 | -1} */
  sign() {
    return this.next() < 0.5 ? -1 : 1;
  }

  /**
   * @template T
   * @param {readonly T[]} items at least one
   * @returns {T}
   */
  pick(items) {
    return /** @type {T} */ (items[this.#draw(items.length)]);
  }
}
