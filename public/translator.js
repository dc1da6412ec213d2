import { englishTexts } from './texts-en.js';

/** @typedef {'es' | 'en'} Language */
/** @typedef {{ readonly es: string, readonly en: string }} Message A text in both languages of the page. */
/** @typedef {{ attribute: string | null, message: Message }} Binding */

const storageKey = 'emochat.language';

/**
 * Shows every text of the page in the language chosen: Spanish unless the visitor once chose English.
 *
 * Elements with `data-text="key"` carry their Spanish in the page; their English is `englishTexts[key]`.
 * `data-text-attribute` names the attribute that holds the text, if it is not the element's content.
 */
export class Translator {
  /** @type {Document} */
  #document;
  /** @type {Map<Element, Binding>} */
  #bindings = new Map();
  /** @type {Language} */
  #language = 'es';

  /** @param {Document} document */
  constructor(document) {
    this.#document = document;
    for (const element of document.querySelectorAll('[data-text]')) this.#bindStatic(element);
    this.switchTo(rememberedLanguage());
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
    this.#language = language;
    this.#document.documentElement.lang = language;
    rememberLanguage(language);
    for (const [element, binding] of this.#bindings) {
      if (element.isConnected) this.#render(element, binding);
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
    this.#bind(element, { attribute: null, message: message ?? { es: '', en: '' } });
  }

  /**
   * The same for an element's accessible name.
   *
   * @param {Element} element
   * @param {Message} message
   */
  label(element, message) {
    this.#bind(element, { attribute: 'aria-label', message });
  }

  /** @param {Element} element */
  #bindStatic(element) {
    const key = element.getAttribute('data-text') ?? '';
    const english = englishTexts[key];
    if (english === undefined) throw new Error(`texts-en.js has no text "${key}"`);
    const attribute = element.getAttribute('data-text-attribute');
    const spanish = attribute === null ? element.textContent : element.getAttribute(attribute);
    const es = (spanish ?? '').replace(/\s+/g, ' ').trim();
    this.#bindings.set(element, { attribute, message: { es, en: english } });
  }

  /**
   * @param {Element} element
   * @param {Binding} binding
   */
  #bind(element, binding) {
    this.#bindings.set(element, binding);
    this.#render(element, binding);
  }

  /**
   * @param {Element} element
   * @param {Binding} binding
   */
  #render(element, { attribute, message }) {
    const text = message[this.#language];
    if (attribute !== null) element.setAttribute(attribute, text);
    else if (element.textContent !== text) element.textContent = text;
  }
}

/** @returns {Language} */
function rememberedLanguage() {
  try {
    return localStorage.getItem(storageKey) === 'en' ? 'en' : 'es';
  } catch {
    // A browser that refuses storage still gets the page; it only does not remember the choice.
    return 'es';
  }
}

/** @param {Language} language */
function rememberLanguage(language) {
  try {
    localStorage.setItem(storageKey, language);
  } catch {
    // As above.
  }
}
