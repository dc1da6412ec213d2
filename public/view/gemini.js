import { sessionMessages } from '../text/session-messages.js';
import { catchFocus, elementById } from './dom.js';
import { renderMarkdown } from './markdown.js';

/** @typedef {import('../state/page-state.js').PageState} PageState */
/** @typedef {import('../state/page-state.js').ReadingState} ReadingState */
/** @typedef {import('../text/translator.js').Translator} Translator */

/** Gemini's reading beside the summary: as it is written, or why there is none. */
export class GeminiView {
  #translator;
  #panel = elementById('gemini', HTMLElement);
  #state = elementById('gemini-state', HTMLElement);
  #text = elementById('gemini-text', HTMLElement);
  #note = elementById('gemini-note', HTMLElement);
  #cancel = elementById('gemini-cancel', HTMLButtonElement);
  #again = elementById('gemini-again', HTMLButtonElement);
  /** Counts the texts, so that one rendered late does not replace a newer one. */
  #turn = 0;

  /**
   * @param {import('../state/store.js').Store<PageState>} store
   * @param {Translator} translator
   * @param {{ ask: () => void, cancel: () => void }} actions
   */
  constructor(store, translator, { ask, cancel }) {
    this.#translator = translator;
    this.#cancel.addEventListener('click', cancel);
    this.#again.addEventListener('click', ask);
    store.watch(
      ({ reading }) => reading,
      (reading) => this.#show(reading),
    );
    store.watch(
      ({ reading }) => reading.text,
      (text) => void this.#showText(text),
    );
    translator.onSwitch(() => this.#show(store.state.reading));
  }

  /** @param {ReadingState} reading */
  #show(reading) {
    const { status, note, silent } = reading;
    const asking = status === 'waiting' || status === 'writing';
    this.#panel.dataset['status'] = status;
    this.#panel.setAttribute('aria-busy', String(asking));
    this.#cancel.hidden = !asking;
    this.#showAgain(reading);
    this.#translator.show(this.#state, status === 'writing' ? sessionMessages.writing : null);
    const waiting = silent ? sessionMessages.stillWaiting : sessionMessages.waiting;
    this.#note.dataset['tone'] = status === 'failed' ? 'trouble' : 'calm';
    this.#translator.show(this.#note, status === 'waiting' || (asking && silent) ? waiting : note);
    this.#text.lang = reading.language;
    if (asking) catchFocus(this.#cancel);
    else if (!this.#again.hidden && document.activeElement === document.body) this.#again.focus();
  }

  /** @param {ReadingState} reading */
  #showAgain({ status, language }) {
    const retry = status === 'failed' || status === 'cancelled';
    const other = status === 'done' && language !== this.#translator.language;
    this.#again.hidden = !retry && !other && status !== 'none';
    const { ask, inOtherLanguage } = sessionMessages;
    const label = other ? inOtherLanguage : status === 'none' ? ask : sessionMessages.retry;
    this.#translator.show(this.#again, label);
  }

  /** @param {string} text Markdown */
  async #showText(text) {
    const turn = (this.#turn += 1);
    if (text === '') return this.#text.replaceChildren();
    const rendered = await renderMarkdown(text);
    if (turn === this.#turn) this.#text.replaceChildren(rendered);
  }
}
