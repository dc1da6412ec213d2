import { summaryOf } from '../session/summary.js';
import { keepMessages } from '../text/keep-messages.js';
import { dateAndTime } from '../text/numbers.js';
import { summarySentence } from '../text/summary-text.js';
import { elementById, newElement } from './dom.js';
import { drawStrip, stripText } from './strip.js';

/** @typedef {import('../keep/history.js').KeptSession} KeptSession */
/** @typedef {import('../state/page-state.js').PageState} PageState */
/** @typedef {import('../text/translator.js').Message} Message */
/** @typedef {import('../text/translator.js').Translator} Translator */

/** Sessions in the trend; older ones stand in the list alone. */
const mostColumns = 30;

/**
 * @typedef {object} HistoryActions
 * @property {(kept: KeptSession) => void} show
 * @property {(id: string) => void} remove
 * @property {() => void} clear
 */

/** The sessions that this browser keeps: how they went over time, and each with its strip. */
export class HistoryView {
  #translator;
  #actions;
  #section = elementById('historial', HTMLElement);
  #list = elementById('kept', HTMLOListElement);
  #trend = elementById('trend', HTMLElement);
  #removeAll = elementById('remove-all', HTMLButtonElement);
  /** Whether «delete all» has been pressed once. */
  #asked = false;

  /**
   * @param {import('../state/store.js').Store<PageState>} store
   * @param {Translator} translator
   * @param {HistoryActions} actions
   */
  constructor(store, translator, actions) {
    this.#translator = translator;
    this.#actions = actions;
    this.#removeAll.addEventListener('click', () => this.#askToRemoveAll());
    this.#removeAll.addEventListener('blur', () => this.#setAsked(false));
    this.#setAsked(false);
    translator.label(this.#trend, keepMessages.trend);
    store.watch(
      ({ history }) => history,
      (history) => this.#show(history),
    );
    store.watch(
      ({ phase }) => phase === 'counting' || phase === 'recording',
      (busy) => (this.#section.inert = busy),
    );
  }

  /** @param {readonly KeptSession[]} history */
  #show(history) {
    this.#section.hidden = history.length === 0;
    elementById('history-link', HTMLAnchorElement).hidden = history.length === 0;
    this.#list.replaceChildren(...history.map((kept) => this.#item(kept)));
    const columns = history.slice(0, mostColumns).reverse();
    this.#trend.hidden = columns.length < 2;
    this.#trend.replaceChildren(...columns.map(trendColumn));
  }

  /** @param {KeptSession} kept */
  #item(kept) {
    const { cells, context, startedAt } = kept;
    const strip = newElement('div', 'strip');
    strip.setAttribute('role', 'img');
    this.#translator.label(strip, stripText(cells));
    drawStrip(strip, cells, cells.length);
    const head = newElement('p', 'kept-head', this.#text('strong', { es: context, en: context }), ' ');
    head.append(this.#text('span', dateAndTime(startedAt), 'quiet'));
    const show = this.#button(keepMessages.show, kept, () => this.#actions.show(kept));
    const remove = this.#button(keepMessages.remove, kept, () => {
      this.#section.focus();
      this.#actions.remove(kept.id);
    });
    const sentence = this.#text('p', summarySentence(summaryOf(cells)));
    return newElement('li', 'panel', head, strip, sentence, newElement('p', 'actions', show, remove));
  }

  /**
   * @param {Message} text
   * @param {KeptSession} kept
   * @param {() => void} press
   */
  #button(text, { context, startedAt }, press) {
    const button = newElement('button', 'button');
    button.type = 'button';
    this.#translator.show(button, text);
    const when = dateAndTime(startedAt);
    this.#translator.label(button, {
      es: `${text.es}: ${context}, ${when.es}`,
      en: `${text.en}: ${context}, ${when.en}`,
    });
    button.addEventListener('click', press);
    return button;
  }

  /**
   * @param {'strong' | 'span' | 'p'} tag
   * @param {Message} message
   * @param {string} [className]
   */
  #text(tag, message, className = '') {
    const element = newElement(tag, className);
    this.#translator.show(element, message);
    return element;
  }

  #askToRemoveAll() {
    if (this.#asked) this.#actions.clear();
    this.#setAsked(!this.#asked);
  }

  /** @param {boolean} asked */
  #setAsked(asked) {
    this.#asked = asked;
    this.#translator.show(this.#removeAll, asked ? keepMessages.removeAllSure : keepMessages.removeAll);
  }
}

/**
 * A session as a column: how much of it was which emotion.
 *
 * @param {KeptSession} kept
 */
function trendColumn({ cells }) {
  const column = newElement('div');
  for (const { emotion, seconds } of summaryOf(cells).shares) {
    const part = newElement('span');
    part.dataset['emotion'] = emotion;
    part.style.setProperty('flex-grow', String(seconds));
    column.append(part);
  }
  return column;
}
