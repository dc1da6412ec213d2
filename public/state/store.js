/**
 * Holds the state of the page, and tells those who draw it when their part has changed.
 *
 * @template {object} State
 */
export class Store {
  #state;
  /** @type {(() => void)[]} */
  #watchers = [];

  /** @param {State} initial */
  constructor(initial) {
    this.#state = initial;
  }

  /** @returns {Readonly<State>} */
  get state() {
    return this.#state;
  }

  /** @param {Partial<State>} change the parts that are replaced */
  update(change) {
    this.#state = { ...this.#state, ...change };
    for (const watcher of this.#watchers) watcher();
  }

  /**
   * Draws a part of the state now and each time it has become another one (`Object.is`).
   *
   * @template Part
   * @param {(state: Readonly<State>) => Part} select
   * @param {(part: Part) => void} draw
   */
  watch(select, draw) {
    let shown = select(this.#state);
    draw(shown);
    this.#watchers.push(() => {
      const part = select(this.#state);
      if (Object.is(part, shown)) return;
      shown = part;
      draw(part);
    });
  }
}
