import { enter } from '../state/page-state.js';
import { sessionMessages } from '../text/session-messages.js';
import { countCells } from './cells.js';
import { leastSeconds, Recorder } from './recorder.js';

/** @typedef {import('./recorder.js').Sample} Sample */
/** @typedef {import('../state/page-state.js').Session} FinishedSession */
/** @typedef {import('../state/page-state.js').RecordingState} RecordingState */

const tickMs = 100;
const countdownSeconds = 3;

/** A recording, from its button over 3-2-1 to the session that is read. */
export class Session {
  #store;
  #turnOn;
  #onFinished;
  #context = '';
  #startedAt = 0;
  /** @type {Recorder | null} */
  #recorder = null;
  /** @type {ReturnType<typeof setInterval> | undefined} */
  #timer;

  /**
   * @param {import('../state/store.js').Store<import('../state/page-state.js').PageState>} store
   * @param {object} parts
   * @param {() => Promise<void>} parts.turnOn turns the camera on
   * @param {() => void} parts.onFinished a session is in the store, to be read
   */
  constructor(store, { turnOn, onFinished }) {
    this.#store = store;
    this.#turnOn = turnOn;
    this.#onFinished = onFinished;
    store.watch(
      ({ phase }) => phase,
      (phase) => this.#follow(phase),
    );
  }

  /**
   * Begins with the countdown; turns the camera on first if it is off.
   *
   * @param {string} context what the visitor is going to talk about
   * @returns {Promise<boolean>} false if the context is blank
   */
  async begin(context) {
    this.#context = context.trim();
    if (this.#context === '') {
      this.#store.update({ notice: sessionMessages.contextMissing });
      return false;
    }
    if (this.#store.state.phase !== 'live') await this.#turnOn();
    // The camera may not have come on; its own message says why.
    if (this.#store.state.phase === 'live') this.#countDown();
    return true;
  }

  /** @param {Sample} sample what a frame said; outside a recording it is forgotten */
  add(sample) {
    this.#recorder?.add(sample);
  }

  /** Ends the recording before its time and reads it, if enough of it is there. */
  finish() {
    const { recording } = this.#store.state;
    if (recording !== null && recording.elapsed >= leastSeconds) this.#end();
  }

  /** Throws the recording away, or ends the countdown. */
  discard() {
    const { phase } = this.#store.state;
    if (phase === 'counting') enter(this.#store, 'live', { recording: null });
    if (phase === 'recording') {
      enter(this.#store, 'live', { recording: null, notice: sessionMessages.discarded });
    }
  }

  #countDown() {
    const startedMs = performance.now();
    const { length } = this.#store.state;
    const first = { length, elapsed: 0, countdown: countdownSeconds, cells: [] };
    enter(this.#store, 'counting', { recording: first, notice: null });
    this.#timer = setInterval(() => {
      const left = Math.ceil(countdownSeconds - (performance.now() - startedMs) / 1000);
      if (left <= 0) this.#record();
      else if (left !== this.#store.state.recording?.countdown) this.#set({ countdown: left });
    }, tickMs);
  }

  #record() {
    clearInterval(this.#timer);
    this.#startedAt = Date.now();
    const { length } = this.#store.state;
    this.#recorder = new Recorder(length, performance.now());
    enter(this.#store, 'recording', { recording: { length, elapsed: 0, countdown: 0, cells: [] } });
    this.#timer = setInterval(() => this.#tick(), tickMs);
  }

  #tick() {
    const nowMs = performance.now();
    const elapsed = this.#recorder?.elapsed(nowMs) ?? 0;
    this.#set({ elapsed, cells: this.#recorder?.cells(nowMs) ?? [] });
    if (elapsed >= this.#store.state.length) this.#end();
  }

  /** @param {import('../state/page-state.js').Phase} phase */
  #follow(phase) {
    if (phase === 'counting' || phase === 'recording') return;
    clearInterval(this.#timer);
    const recorder = this.#recorder;
    this.#recorder = null;
    // The camera went off by itself: what is there is read if it is enough, and otherwise gone with a word.
    if (phase === 'idle' && recorder !== null) this.#rescue(recorder);
    else if (phase === 'idle' || phase === 'live') this.#store.update({ recording: null });
  }

  /** @param {Recorder} recorder */
  #rescue(recorder) {
    const nowMs = performance.now();
    if (countCells(recorder.cells(nowMs)).read >= leastSeconds) this.#read(recorder);
    else this.#store.update({ recording: null, notice: sessionMessages.cameraLost });
  }

  #end() {
    const recorder = this.#recorder;
    if (recorder !== null) this.#read(recorder);
  }

  /** @param {Recorder} recorder */
  #read(recorder) {
    const { cells, samples } = recorder.finish(performance.now());
    /** @type {FinishedSession} */
    const session = {
      id: String(this.#startedAt),
      startedAt: this.#startedAt,
      source: 'camera',
      context: this.#context,
      length: recorder.length,
      labels: this.#store.state.model?.labels ?? [],
      cells,
      samples,
    };
    enter(this.#store, 'read', { session, recording: null, notice: null });
    this.#onFinished();
  }

  /** @param {Partial<RecordingState>} change */
  #set(change) {
    const { recording } = this.#store.state;
    if (recording !== null) this.#store.update({ recording: { ...recording, ...change } });
  }
}
