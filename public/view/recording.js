import { clockFace } from '../session/recorder.js';
import { pictureRate } from '../text/messages.js';
import { sessionMessages } from '../text/session-messages.js';
import { elementById } from './dom.js';
import { drawStrip, stripText } from './strip.js';

/** @typedef {import('../state/page-state.js').RecordingState} RecordingState */

/** A recording under way: countdown, ring and clock on the picture, the strip below it. */
export class RecordingView {
  #translator;
  #ring = elementById('ring', HTMLElement);
  #time = elementById('ring-time', SVGCircleElement);
  #clock = elementById('clock', HTMLElement);
  #countdown = elementById('countdown', HTMLElement);
  #row = elementById('strip-row', HTMLElement);
  #strip = elementById('strip', HTMLElement);
  #text = elementById('strip-text', HTMLElement);

  /**
   * @param {import('../state/store.js').Store<import('../state/page-state.js').PageState>} store
   * @param {import('../text/translator.js').Translator} translator
   */
  constructor(store, translator) {
    this.#translator = translator;
    const rate = elementById('rate', HTMLElement);
    store.watch(
      ({ live }) => Math.round(live.perSecond),
      (perSecond) => translator.show(rate, pictureRate(perSecond)),
    );
    store.watch(
      ({ recording }) => recording,
      (recording) => this.#show(recording),
    );
    store.watch(
      ({ camera }) => camera.status,
      (status) => (this.#row.hidden = status !== 'on'),
    );
    store.watch(
      ({ length }) => length,
      (length) => store.state.recording ?? drawStrip(this.#strip, [], length),
    );
  }

  /** @param {RecordingState | null} recording */
  #show(recording) {
    this.#ring.hidden = recording === null || recording.countdown > 0;
    this.#countdown.hidden = recording === null || recording.countdown === 0;
    if (recording === null) {
      drawStrip(this.#strip, [], this.#strip.children.length);
      this.#describe([]);
      return;
    }
    const { countdown, length, elapsed, cells } = recording;
    this.#countdown.textContent = String(countdown);
    this.#showTime(length, elapsed);
    drawStrip(this.#strip, cells, length);
    this.#describe(cells);
  }

  /**
   * @param {number} length
   * @param {number} elapsed
   */
  #showTime(length, elapsed) {
    this.#time.style.setProperty('--share', (elapsed / length).toFixed(4));
    const left = Math.ceil(length - elapsed);
    const text = left < 60 ? String(left) : clockFace(left).replace(/^0/, '');
    if (this.#clock.textContent !== text) this.#clock.textContent = text;
  }

  /** @param {RecordingState['cells']} cells */
  #describe(cells) {
    const text = cells.length === 0 ? sessionMessages.nothingYet : stripText(cells);
    this.#translator.label(this.#strip, text);
    this.#translator.show(this.#text, text);
  }
}
