import { leastSeconds } from '../session/recorder.js';
import { lengths } from '../state/page-state.js';
import { remember, remembered } from '../state/remembered.js';
import { lengthName } from '../text/numbers.js';
import { finishIn, sessionMessages } from '../text/session-messages.js';
import { catchFocus, elementById, newElement } from './dom.js';

/** @typedef {import('../state/page-state.js').PageState} PageState */
/** @typedef {import('../text/translator.js').Translator} Translator */

/** A button just pressed has another meaning a moment later: the second click of a double click does not count. */
const deafMs = 700;

/**
 * @typedef {object} SessionActions
 * @property {(context: string) => Promise<boolean>} begin false if the context is blank
 * @property {() => void} finish
 * @property {() => void} discard
 */

/** The form beside the picture: what one is going to talk about, for how long, and the buttons of a recording. */
export class SessionForm {
  #store;
  #translator;
  #actions;
  #form = elementById('session', HTMLFormElement);
  #context = elementById('context', HTMLTextAreaElement);
  #lengths = elementById('lengths', HTMLFieldSetElement);
  #record = elementById('record', HTMLButtonElement);
  #discard = elementById('discard', HTMLButtonElement);
  #message = elementById('session-message', HTMLElement);
  #deafUntil = 0;

  /**
   * @param {import('../state/store.js').Store<PageState>} store
   * @param {Translator} translator
   * @param {SessionActions} actions
   */
  constructor(store, translator, actions) {
    this.#store = store;
    this.#translator = translator;
    this.#actions = actions;
    this.#form.addEventListener('submit', (event) => {
      event.preventDefault();
      this.press();
    });
    for (const button of [this.#record, this.#discard]) {
      button.addEventListener('click', (event) => this.#ignoreHaste(event), { capture: true });
    }
    this.#discard.addEventListener('click', () => actions.discard());
    this.#offerLengths();
    store.watch(
      ({ phase }) => phase,
      (phase) => this.#showPhase(phase),
    );
    store.watch(recordLabel, (label) => translator.show(this.#record, label));
    store.watch(
      ({ recording }) => recording !== null && recording.countdown === 0 && recording.elapsed < leastSeconds,
      (early) => this.#record.setAttribute('aria-disabled', String(early)),
    );
    store.watch(noticeOf, (notice) => this.#showNotice(notice));
    store.watch(
      ({ model }) => model?.gemini,
      (gemini) => this.#showNote(gemini !== false),
    );
  }

  /** What the visitor wrote that it is about. */
  get context() {
    return this.#context.value;
  }

  /** What the main button does in this phase. */
  press() {
    const { phase } = this.#store.state;
    if (phase === 'counting') this.#actions.discard();
    else if (phase === 'recording') this.#actions.finish();
    else void this.#begin();
  }

  /** @param {MouseEvent} event */
  #ignoreHaste(event) {
    // By the time of the click itself: a busy page may get to it late.
    if (event.detail < 2 && event.timeStamp >= this.#deafUntil) return;
    event.preventDefault();
    event.stopImmediatePropagation();
  }

  async #begin() {
    const begun = await this.#actions.begin(this.#context.value);
    this.#context.setAttribute('aria-invalid', String(!begun));
    if (!begun) this.#context.focus();
  }

  /** @param {PageState['phase']} phase */
  #showPhase(phase) {
    const busy = phase === 'counting' || phase === 'recording';
    if (busy) this.#deafUntil = performance.now() + deafMs;
    this.#form.classList.toggle('busy', busy);
    this.#context.readOnly = busy;
    this.#lengths.disabled = busy;
    this.#discard.hidden = phase !== 'recording';
    if (phase !== 'idle' && phase !== 'read') catchFocus(this.#record);
  }

  /** @param {PageState['notice']} notice */
  #showNotice(notice) {
    const trouble = notice !== null && notice !== sessionMessages.recording;
    this.#message.dataset['tone'] = trouble ? 'trouble' : 'calm';
    this.#translator.show(this.#message, notice);
  }

  /** @param {boolean} gemini whether there will be a reading */
  #showNote(gemini) {
    const note = elementById('session-note', HTMLElement);
    this.#translator.show(note, gemini ? sessionMessages.willBeSent : sessionMessages.noKey);
  }

  #offerLengths() {
    const last = Number(remembered('length'));
    if (lengths.some((length) => length === last)) this.#store.update({ length: last });
    for (const seconds of lengths) {
      const input = newElement('input');
      Object.assign(input, { type: 'radio', name: 'length', value: String(seconds) });
      input.checked = seconds === this.#store.state.length;
      input.addEventListener('change', () => {
        remember('length', String(seconds));
        this.#store.update({ length: seconds });
      });
      const name = newElement('span');
      this.#translator.show(name, lengthName(seconds));
      this.#lengths.append(newElement('label', '', input, name));
    }
  }
}

/** @param {Readonly<PageState>} state */
function noticeOf({ phase, notice }) {
  return phase === 'recording' ? sessionMessages.recording : notice;
}

/** @param {Readonly<PageState>} state */
function recordLabel({ phase, recording, camera }) {
  if (phase === 'counting') return sessionMessages.cancelCountdown;
  if (phase !== 'recording' || recording === null) {
    return camera.status === 'on' ? sessionMessages.record : sessionMessages.turnOn;
  }
  const left = Math.ceil(leastSeconds - recording.elapsed);
  return left > 0 ? (waits[left] ?? sessionMessages.finish) : sessionMessages.finish;
}

/** One object for each, so that an unchanged label is not drawn again. */
const waits = Array.from({ length: leastSeconds + 1 }, (_, seconds) => finishIn(seconds));
