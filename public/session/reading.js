import { failureText } from '../server/errors.js';
import { noReading } from '../state/page-state.js';
import { emotionName } from '../text/emotions.js';
import { brokenOff, sessionMessages } from '../text/session-messages.js';
import { countCells } from './cells.js';
import { leastSeconds } from './recorder.js';

/** @typedef {import('../server/api.js').Api} Api */
/** @typedef {import('../server/api.js').ReadingRequest} ReadingRequest */
/** @typedef {import('../server/api.js').TimelineSecond} TimelineSecond */
/** @typedef {import('../state/page-state.js').ReadingState} ReadingState */
/** @typedef {import('../state/page-state.js').Session} Session */
/** @typedef {import('../text/translator.js').Language} Language */

/** After so long without a word the visitor is told that it goes on. */
const silenceMs = 5000;

/** Asks for Gemini's reading of the session in the store, and writes it there as it comes. */
export class Reading {
  #store;
  #api;
  #language;
  /** @type {AbortController | null} */
  #running = null;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #silence;

  /**
   * @param {import('../state/store.js').Store<import('../state/page-state.js').PageState>} store
   * @param {Api} api
   * @param {() => Language} language
   */
  constructor(store, api, language) {
    this.#store = store;
    this.#api = api;
    this.#language = language;
  }

  /** Reads the session of the store, in the language of the page; also again. */
  async ask() {
    const { session, model } = this.#store.state;
    if (session === null) return;
    this.#running?.abort();
    if (countCells(session.cells).read < leastSeconds) return this.#leave(sessionMessages.tooLittle);
    if (model?.gemini === false) return this.#leave(sessionMessages.noKeyForThis);
    const running = (this.#running = new AbortController());
    const language = this.#language();
    this.#set({ ...noReading, status: 'waiting', language });
    this.#listenForSilence();
    await this.#read(readingRequest(session, language), running.signal);
    if (this.#running === running) clearTimeout(this.#silence);
  }

  /** Takes the question back; what has been written stays. */
  cancel() {
    if (this.#running === null) return;
    this.#stop();
    this.#set({ status: 'cancelled', note: sessionMessages.cancelled, silent: false });
  }

  /** Another session comes: the reading of the last one is no longer waited for. */
  #stop() {
    clearTimeout(this.#silence);
    this.#running?.abort();
    this.#running = null;
  }

  /**
   * @param {ReadingRequest} request
   * @param {AbortSignal} signal
   */
  async #read(request, signal) {
    const onText = (/** @type {string} */ text) => {
      if (!signal.aborted) this.#add(text);
    };
    try {
      const finish = await this.#api.read(request, onText, signal);
      if (!signal.aborted) this.#end(finish);
    } catch (error) {
      if (signal.aborted) return;
      const note = failureText(error, sessionMessages.unreachable);
      this.#set({ status: 'failed', note, silent: false });
    }
  }

  /** @param {string} text */
  #add(text) {
    this.#listenForSilence();
    this.#set({ status: 'writing', text: this.#store.state.reading.text + text, silent: false });
  }

  /** @param {string} finish */
  #end(finish) {
    const empty = this.#store.state.reading.text.trim() === '';
    const note = brokenOff(finish) ?? (empty ? sessionMessages.silent : null);
    this.#set({ status: empty ? 'failed' : 'done', note, silent: false });
  }

  #listenForSilence() {
    clearTimeout(this.#silence);
    this.#silence = setTimeout(() => this.#set({ silent: true }), silenceMs);
  }

  /** @param {ReadingState['note']} note why there is none */
  #leave(note) {
    this.#stop();
    this.#store.update({ reading: { ...noReading, status: 'absent', note } });
  }

  /** @param {Partial<ReadingState>} change */
  #set(change) {
    this.#store.update({ reading: { ...this.#store.state.reading, ...change } });
  }
}

/**
 * @param {Session} session
 * @param {Language} language
 * @returns {ReadingRequest}
 */
function readingRequest({ context, cells }, language) {
  const timeline = cells.map(({ state, emotion }) =>
    state === 'read' && emotion !== undefined
      ? { state, emotion: emotionName(emotion)[language] }
      : /** @type {TimelineSecond} */ ({ state }),
  );
  const emotions = timeline.flatMap((second) => (second.state === 'read' ? [second.emotion] : []));
  return { context, emotions, timeline, language };
}
