import { remember, remembered } from '../state/remembered.js';
import { englishTexts } from './english.js';

/** @typedef {'es' | 'en'} Language */
/** @typedef {{ readonly es: string, readonly en: string }} Message A text in both languages of the page. */
/** @typedef {Map<string | null, Message>} Texts What an element says: its content (`null`), and attributes by name. */

/**
 * Shows every text of the page in the language chosen, or else in the browser's.
 *
 * Elements with `data-text="key"` carry their Spanish in the page; their English is `englishTexts[key]`.
 * `data-text-attribute` names the attribute that holds the text, if it is not the element's content.
 */
export class Translator {
  /** @type {Document} */
  #document;
  /** @type {Map<Element, Texts>} */
  #bindings = new Map();
  /** @type {Language} */
  #language = 'es';
  /** @type {(() => void)[]} */
  #listeners = [];

  /** @param {Document} document */
  constructor(document) {
    this.#document = document;
    for (const element of document.querySelectorAll('[data-text]')) this.#bindStatic(element);
    this.#show(firstLanguage());
  }

  get language() {
    return this.#language;
  }

  /**
   * Turns the whole page to a language, and remembers it for the next visit.
   *
   * @param {Language} language
   */
  switchTo(language) {
    remember('language', language);
    this.#show(language);
    for (const listener of this.#listeners) listener();
  }

  /** @param {() => void} listener called after each change of language */
  onSwitch(listener) {
    this.#listeners.push(listener);
  }

  /** @param {Language} language */
  #show(language) {
    this.#language = language;
    this.#document.documentElement.lang = language;
    for (const [element, texts] of this.#bindings) {
      if (element.isConnected)
        texts.forEach((message, attribute) => this.#render(element, attribute, message));
      else this.#bindings.delete(element);
    }
  }

  /**
   * Makes a text the content of an element, now and after every change of language.
   * A text that stands there already is left alone, so that screen readers do not say it again.
   *
   * @param {Element} element
   * @param {Message | null} message none empties the element
   */
  show(element, message) {
    this.#bind(element, null, message ?? { es: '', en: '' });
  }

  /**
   * The same for an element's accessible name.
   *
   * @param {Element} element
   * @param {Message} message
   */
  label(element, message) {
    this.#bind(element, 'aria-label', message);
  }

  /** @param {Element} element */
  #bindStatic(element) {
    const key = element.getAttribute('data-text') ?? '';
    const english = englishTexts[key];
    if (english === undefined) throw new Error(`english.js has no text "${key}"`);
    const attribute = element.getAttribute('data-text-attribute');
    const spanish = attribute === null ? element.textContent : element.getAttribute(attribute);
    const es = (spanish ?? '').replace(/\s+/g, ' ').trim();
    this.#bindings.set(element, new Map([[attribute, { es, en: english }]]));
  }

  /**
   * @param {Element} element
   * @param {string | null} attribute
   * @param {Message} message
   */
  #bind(element, attribute, message) {
    const texts = this.#bindings.get(element) ?? new Map();
    this.#bindings.set(element, texts.set(attribute, message));
    this.#render(element, attribute, message);
  }

  /**
   * @param {Element} element
   * @param {string | null} attribute
   * @param {Message} message
   */
  #render(element, attribute, message) {
    const text = message[this.#language];
    if (attribute !== null) element.setAttribute(attribute, text);
    else if (element.textContent !== text) element.textContent = text;
  }
}

/**
 * The language chosen at an earlier visit; else the first of the browser's that the page speaks; else Spanish.
 *
 * @returns {Language}
 */
function firstLanguage() {
  const wished = [remembered('language'), ...navigator.languages];
  for (const wish of wished) {
    const language = wish?.slice(0, 2).toLowerCase();
    if (language === 'es' || language === 'en') return language;
  }
  return 'es';
}
