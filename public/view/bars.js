import { emotionName } from '../text/emotions.js';
import { percentage } from '../text/numbers.js';
import { elementById, newElement } from './dom.js';

/** @typedef {import('../text/translator.js').Translator} Translator */

/** The probabilities of the moment: a name, a bar and a number for each emotion, which move together. */
export class BarsView {
  #translator;
  #list = elementById('bars', HTMLUListElement);
  /** @type {Map<string, { item: HTMLElement, number: HTMLElement }>} */
  #bars = new Map();

  /**
   * @param {import('../state/store.js').Store<import('../state/page-state.js').PageState>} store
   * @param {Translator} translator
   */
  constructor(store, translator) {
    this.#translator = translator;
    store.watch(
      ({ model }) => model,
      (model) => model?.labels.forEach((label) => this.#show(label, 0)),
    );
    store.watch(
      ({ live }) => live.mood,
      ({ probabilities }) => this.#showAll(probabilities),
    );
  }

  /** @param {Record<string, number>} probabilities */
  #showAll(probabilities) {
    for (const label of new Set([...this.#bars.keys(), ...Object.keys(probabilities)])) {
      this.#show(label, probabilities[label] ?? 0);
    }
  }

  /**
   * @param {string} label
   * @param {number} probability 0 … 1
   */
  #show(label, probability) {
    const { item, number } = this.#bars.get(label) ?? this.#newBar(label);
    item.style.setProperty('--share', probability.toFixed(3));
    this.#translator.show(number, percentage(probability));
  }

  /** @param {string} label */
  #newBar(label) {
    const name = newElement('span', 'bar-name');
    const number = newElement('span', 'bar-number');
    const item = newElement('li', '', name, newElement('span', 'bar'), number);
    item.dataset['emotion'] = label;
    this.#translator.show(name, emotionName(label));
    this.#list.append(item);
    const bar = { item, number };
    this.#bars.set(label, bar);
    return bar;
  }
}
