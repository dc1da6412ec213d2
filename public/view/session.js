import { messages } from '../messages.js';
import { clockFace, recordingSeconds } from '../recorder.js';
import { elementById } from './elements.js';

/** @typedef {import('../translator.js').Message} Message */
/** @typedef {import('../translator.js').Translator} Translator */

/** The form beside the camera: context, recording button, clock, the emotions so far, and Gemini's answer. */
export class SessionView {
  #translator;
  #form = elementById('session', HTMLFormElement);
  #context = elementById('context', HTMLTextAreaElement);
  #record = elementById('record', HTMLButtonElement);
  #clock = elementById('clock', HTMLElement);
  #message = elementById('session-message', HTMLElement);
  #heard = elementById('heard', HTMLOListElement);
  #analysis = elementById('analysis', HTMLElement);
  #analysisText = elementById('analysis-text', HTMLElement);
  #retry = elementById('retry', HTMLButtonElement);

  /** @param {Translator} translator */
  constructor(translator) {
    this.#translator = translator;
    this.showIdle(null);
  }

  get context() {
    return this.#context.value;
  }

  /** @param {() => void} listener the recording button, or Enter in the form */
  onRecord(listener) {
    this.#form.addEventListener('submit', (event) => {
      event.preventDefault();
      if (this.#record.getAttribute('aria-disabled') !== 'true') listener();
    });
  }

  /** @param {() => void} listener */
  onRetry(listener) {
    this.#retry.addEventListener('click', listener);
  }

  /**
   * Ready for a recording.
   *
   * @param {Message | null} message how the last one ended, or why none was begun
   * @param {'calm' | 'trouble'} [tone]
   */
  showIdle(message, tone = 'calm') {
    this.#form.classList.remove('recording');
    this.#setRecordButton(messages.record, true);
    this.#say(message, tone);
    this.showSecondsLeft(recordingSeconds);
  }

  /** The context is missing: says so and takes the visitor there. */
  askForContext() {
    this.showIdle(messages.contextMissing, 'trouble');
    this.#context.setAttribute('aria-invalid', 'true');
    this.#context.focus();
  }

  showRecording() {
    this.#form.classList.add('recording');
    this.#context.removeAttribute('aria-invalid');
    this.forgetHeard();
    this.#analysis.hidden = true;
    this.#setRecordButton(messages.stopRecording, true);
    this.#say(messages.recording, 'calm');
  }

  /** @param {number} seconds */
  showSecondsLeft(seconds) {
    this.#clock.textContent = clockFace(seconds);
  }

  /**
   * @param {string} label
   * @param {Message} word
   */
  addHeard(label, word) {
    const item = document.createElement('li');
    item.dataset['emotion'] = label;
    this.#translator.show(item, word);
    this.#heard.append(item);
  }

  forgetHeard() {
    this.#heard.replaceChildren();
  }

  showThinking() {
    this.#form.classList.remove('recording');
    this.#setRecordButton(messages.record, false);
    this.#say(messages.recordingDone, 'calm');
    this.showSecondsLeft(0);
    this.#showAnalysis('busy', [messages.thinking]);
  }

  /** @param {string} text plain text; blank lines and line breaks part its paragraphs */
  showAnalysis(text) {
    this.showIdle(null);
    const paragraphs = text.split(/\n+/).filter((line) => line.trim() !== '');
    this.#showAnalysis(
      'done',
      paragraphs.map((paragraph) => ({ es: paragraph, en: paragraph })),
    );
  }

  /** @param {Message} reason the recording is kept, and can be sent again */
  showAnalysisFailed(reason) {
    this.showIdle(null);
    this.#showAnalysis('failed', [reason]);
  }

  /**
   * @param {'busy' | 'done' | 'failed'} state
   * @param {Message[]} paragraphs
   */
  #showAnalysis(state, paragraphs) {
    this.#analysis.hidden = false;
    this.#analysis.dataset['state'] = state;
    this.#analysis.setAttribute('aria-busy', String(state === 'busy'));
    this.#retry.hidden = state !== 'failed';
    this.#analysisText.replaceChildren(...paragraphs.map((paragraph) => this.#paragraph(paragraph)));
    this.#analysis.scrollIntoView({ block: 'nearest' });
  }

  /** @param {Message} message */
  #paragraph(message) {
    const paragraph = document.createElement('p');
    this.#translator.show(paragraph, message);
    return paragraph;
  }

  /**
   * @param {Message} label
   * @param {boolean} enabled
   */
  #setRecordButton(label, enabled) {
    this.#translator.show(this.#record, label);
    this.#record.setAttribute('aria-disabled', String(!enabled));
  }

  /**
   * @param {Message | null} message
   * @param {'calm' | 'trouble'} tone
   */
  #say(message, tone) {
    this.#message.dataset['tone'] = tone;
    this.#translator.show(this.#message, message);
  }
}
