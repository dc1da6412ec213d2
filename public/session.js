import { emotionWord } from './emotions.js';
import { failureText } from './failure.js';
import { messages } from './messages.js';
import { Recorder } from './recorder.js';

/** @typedef {import('./api.js').Api} Api */
/** @typedef {import('./recorder.js').FinishedRecording} FinishedRecording */
/** @typedef {import('./translator.js').Language} Language */
/** @typedef {import('./view/session.js').SessionView} SessionView */

const tickMs = 200;

/** A recording from its button to Gemini's answer. */
export class Session {
  #recorder = new Recorder();
  #view;
  #api;
  #state;
  /** @type {ReturnType<typeof setInterval> | undefined} */
  #timer;
  /** The last complete recording, kept so that a failed analysis can be asked for again. @type {FinishedRecording | null} */
  #finished = null;

  /**
   * @param {SessionView} view
   * @param {Api} api
   * @param {{ cameraIsOn: () => boolean, language: () => Language }} state of the rest of the page
   */
  constructor(view, api, state) {
    this.#view = view;
    this.#api = api;
    this.#state = state;
    view.onRecord(() => (this.#recorder.recording ? this.stop() : this.#begin()));
    view.onRetry(() => void this.#analyze());
  }

  /** @param {string} label the emotion of a face just seen */
  add(label) {
    if (!this.#recorder.recording) return;
    this.#recorder.add(label);
    this.#view.addHeard(label, emotionWord(label));
  }

  /** Ends a recording before its time: what it has is thrown away, and the visitor is told. */
  stop() {
    if (!this.#recorder.recording) return;
    clearInterval(this.#timer);
    this.#recorder.discard();
    this.#view.forgetHeard();
    this.#view.showIdle(messages.recordingStopped);
  }

  #begin() {
    if (this.#view.context.trim() === '') return this.#view.askForContext();
    if (!this.#state.cameraIsOn()) return this.#view.showIdle(messages.cameraNeeded, 'trouble');
    this.#recorder.begin(this.#view.context, performance.now());
    this.#view.showRecording();
    this.#timer = setInterval(() => this.#tick(), tickMs);
  }

  #tick() {
    const left = this.#recorder.secondsLeft(performance.now());
    this.#view.showSecondsLeft(left);
    if (left > 0) return;
    clearInterval(this.#timer);
    this.#finished = this.#recorder.finish();
    if (this.#finished?.emotions.length) void this.#analyze();
    else this.#view.showIdle(messages.nothingDetected, 'trouble');
  }

  async #analyze() {
    if (this.#finished === null) return;
    const language = this.#state.language();
    const { context } = this.#finished;
    const emotions = this.#finished.emotions.map((label) => emotionWord(label)[language]);
    this.#view.showThinking();
    try {
      this.#view.showAnalysis(await this.#api.analyzeSession({ context, emotions, language }));
    } catch (error) {
      this.#view.showAnalysisFailed(failureText(error, messages.analysisUnreachable));
    }
  }
}
