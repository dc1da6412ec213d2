import { download, fileName, fileOf, textOf } from '../keep/take-along.js';
import { keepMessages } from '../text/keep-messages.js';
import { elementById, newElement } from './dom.js';

/** @typedef {import('../keep/take-along.js').Format} Format */
/** @typedef {import('../keep/take-along.js').Luggage} Luggage */
/** @typedef {import('../state/page-state.js').PageState} PageState */
/** @typedef {import('../text/translator.js').Message} Message */
/** @typedef {import('../text/translator.js').Translator} Translator */

/** @type {[Format, Message][]} */
const formats = [
  ['png', keepMessages.picture],
  ['html', keepMessages.page],
  ['csv', keepMessages.table],
  ['json', keepMessages.data],
];

/** What can be done with a reading: copy it, take it along as a file, keep it. */
export class ReadingActions {
  #store;
  #translator;
  #menu = elementById('download', HTMLDetailsElement);

  /**
   * @param {import('../state/store.js').Store<PageState>} store
   * @param {Translator} translator
   * @param {(keeping: boolean) => void} setKeeping
   */
  constructor(store, translator, setKeeping) {
    this.#store = store;
    this.#translator = translator;
    elementById('copy', HTMLButtonElement).addEventListener('click', () => void this.#copy());
    elementById('formats', HTMLUListElement).append(...formats.map((format) => this.#item(...format)));
    const keep = elementById('keep', HTMLInputElement);
    keep.addEventListener('change', () => setKeeping(keep.checked));
    store.watch(
      ({ keeping }) => keeping,
      (keeping) => (keep.checked = keeping),
    );
    const notice = elementById('keep-notice', HTMLElement);
    store.watch(
      ({ keepNotice }) => keepNotice,
      (text) => translator.show(notice, text),
    );
    document.addEventListener('click', ({ target }) => {
      if (target instanceof Node && !this.#menu.contains(target)) this.#menu.open = false;
    });
  }

  /**
   * @param {Format} format
   * @param {Message} name
   */
  #item(format, name) {
    const button = newElement('button');
    button.type = 'button';
    this.#translator.show(button, name);
    button.addEventListener('click', () => void this.#download(format));
    return newElement('li', '', button);
  }

  /** @param {Format} format */
  async #download(format) {
    const luggage = this.#luggage();
    if (luggage === null) return;
    this.#menu.open = false;
    this.#menu.querySelector('summary')?.focus();
    download(await fileOf(format, luggage), fileName(luggage.session, format));
  }

  async #copy() {
    const luggage = this.#luggage();
    if (luggage === null) return;
    this.#store.update({ keepNotice: null });
    this.#store.update({ keepNotice: await copied(await textOf(luggage)) });
  }

  /** @returns {Luggage | null} */
  #luggage() {
    const { session, reading } = this.#store.state;
    return session && { session, reading, language: this.#translator.language };
  }
}

/** @param {string} text */
async function copied(text) {
  // Absent on pages that the browser does not trust, whatever the types say.
  const clipboard = /** @type {Clipboard | undefined} */ (navigator.clipboard);
  try {
    if (clipboard === undefined) return keepMessages.notCopied;
    await clipboard.writeText(text);
    return keepMessages.copied;
  } catch (error) {
    if (error instanceof DOMException) return keepMessages.notCopied;
    throw error;
  }
}
