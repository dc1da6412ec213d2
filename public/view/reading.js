import { summaryOf } from '../session/summary.js';
import { dateAndTime } from '../text/numbers.js';
import { summaryNumbers, summarySentence } from '../text/summary-text.js';
import { elementById, newElement } from './dom.js';
import { drawStrip, legendOf, stripText } from './strip.js';

/** @typedef {import('../state/page-state.js').PageState} PageState */
/** @typedef {import('../state/page-state.js').Session} Session */
/** @typedef {import('../text/translator.js').Translator} Translator */

/** The last session: its strip, and what the numbers say. It stays below the camera until another takes its place. */
export class ReadingView {
  #translator;
  #section = elementById('lectura', HTMLElement);
  #strip = elementById('reading-strip', HTMLElement);
  #legend = elementById('reading-legend', HTMLElement);

  /**
   * @param {import('../state/store.js').Store<PageState>} store
   * @param {Translator} translator
   * @param {() => void} again
   */
  constructor(store, translator, again) {
    this.#translator = translator;
    elementById('again', HTMLButtonElement).addEventListener('click', again);
    store.watch(
      ({ session }) => session,
      (session) => this.#show(session),
    );
    store.watch(
      ({ phase }) => phase,
      (phase) => this.#follow(phase),
    );
  }

  /** @param {Session | null} session */
  #show(session) {
    this.#section.hidden = session === null;
    if (session === null) return;
    const { cells, context, startedAt } = session;
    const summary = summaryOf(cells);
    this.#say('reading-title', titleOf(session));
    this.#say('reading-date', dateAndTime(startedAt));
    this.#say('summary-sentence', summarySentence(summary));
    this.#say('summary-numbers', summaryNumbers(summary));
    this.#say('reading-seconds', stripText(cells));
    this.#translator.label(this.#strip, stripText(cells));
    drawStrip(this.#strip, cells, cells.length);
    this.#legend.replaceChildren(...legendOf(cells).map((entry) => this.#legendEntry(entry)));
    this.#section.dataset['context'] = context;
  }

  /** @param {ReturnType<typeof legendOf>[number]} entry */
  #legendEntry({ state, emotion, text }) {
    const swatch = newElement('span', 'swatch');
    swatch.dataset['state'] = state;
    swatch.dataset['emotion'] = emotion;
    const name = newElement('span');
    this.#translator.show(name, text);
    return newElement('li', '', swatch, name);
  }

  /** @param {PageState['phase']} phase */
  #follow(phase) {
    this.#section.classList.toggle('past', phase !== 'read');
    // It stands alone then, without the camera and its title.
    elementById('reading-title', HTMLElement).setAttribute('aria-level', phase === 'read' ? '1' : '2');
    if (phase !== 'read') return;
    this.#section.focus({ preventScroll: true });
    window.scrollTo({ top: 0 });
  }

  /**
   * @param {string} id
   * @param {import('../text/translator.js').Message} message
   */
  #say(id, message) {
    this.#translator.show(elementById(id, HTMLElement), message);
  }
}

/**
 * @param {Session} session
 * @returns {import('../text/translator.js').Message} e.g. `Tus 30 segundos · «Hoy tuve una entrevista»`
 */
function titleOf({ cells, context }) {
  return {
    es: `Tus ${cells.length} segundos${context === '' ? '' : ` · «${context}»`}`,
    en: `Your ${cells.length} seconds${context === '' ? '' : ` · “${context}”`}`,
  };
}
