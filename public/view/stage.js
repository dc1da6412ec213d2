import { emotionWord } from '../emotions.js';
import { elementById } from './elements.js';

/** @typedef {import('../translator.js').Message} Message */
/** @typedef {import('../translator.js').Translator} Translator */
/** @typedef {import('../api.js').Prediction} Prediction */

/** The picture of the camera: what it says over it, the box around the face, the probabilities below. */
export class StageView {
  #translator;
  #stage = elementById('stage', HTMLElement);
  #overlay = elementById('overlay', HTMLElement);
  #boxLayer = /** @type {SVGSVGElement} */ (document.querySelector('#face-box'));
  #probabilities = elementById('probabilities', HTMLUListElement);
  /** @type {Map<string, ProbabilityBar>} */
  #bars = new Map();

  video = elementById('video', HTMLVideoElement);
  canvas = elementById('frame', HTMLCanvasElement);

  /** @param {Translator} translator */
  constructor(translator) {
    this.#translator = translator;
  }

  /**
   * @param {Message} message
   * @param {'calm' | 'live' | 'trouble'} [tone]
   */
  say(message, tone = 'calm') {
    this.#overlay.dataset['tone'] = tone;
    this.#translator.show(this.#overlay, message);
  }

  /**
   * The camera's picture appears, in its own proportions.
   *
   * @param {boolean} mirrored
   */
  showPicture(mirrored) {
    this.#stage.classList.add('on');
    this.#stage.classList.toggle('mirrored', mirrored);
    this.fitPicture();
  }

  /** Takes the proportions of the picture over; they change when a phone is turned. */
  fitPicture() {
    const { videoWidth, videoHeight } = this.video;
    if (videoWidth === 0) return;
    this.#stage.style.setProperty('--picture-ratio', String(videoWidth / videoHeight));
    this.#boxLayer.setAttribute('viewBox', `0 0 ${videoWidth} ${videoHeight}`);
  }

  hidePicture() {
    this.#stage.classList.remove('on');
    this.showFace(null);
  }

  /** @param {Prediction | null} prediction null if there is no face */
  showFace(prediction) {
    this.#showBox(prediction?.box);
    this.#showProbabilities(prediction?.probabilities ?? {});
  }

  /** @param {Prediction['box']} box */
  #showBox(box) {
    this.#boxLayer.classList.toggle('visible', box !== undefined);
    const rectangle = this.#boxLayer.firstElementChild;
    const names = ['x', 'y', 'width', 'height'];
    box?.forEach((value, i) => rectangle?.setAttribute(names[i] ?? '', String(value)));
  }

  /** @param {Record<string, number>} probabilities */
  #showProbabilities(probabilities) {
    for (const [label, bar] of this.#bars) bar.show(probabilities[label] ?? 0);
    for (const [label, probability] of Object.entries(probabilities)) {
      if (!this.#bars.has(label)) this.#addBar(label).show(probability);
    }
    this.#probabilities.classList.toggle('quiet', Object.keys(probabilities).length === 0);
  }

  /** @param {string} label */
  #addBar(label) {
    const bar = new ProbabilityBar(this.#translator, label);
    this.#bars.set(label, bar);
    this.#probabilities.append(bar.element);
    return bar;
  }
}

/** @type {Intl.NumberFormatOptions} One decimal, so that the shares of two hundred trees add up. */
const percent = { style: 'percent', maximumFractionDigits: 1 };
const percentages = { es: new Intl.NumberFormat('es', percent), en: new Intl.NumberFormat('en', percent) };

/**
 * @param {number} share 0 … 1
 * @returns {Message} e.g. `80,5 %`
 */
function percentage(share) {
  return { es: percentages.es.format(share), en: percentages.en.format(share) };
}

/** One emotion's name, bar and percentage. */
class ProbabilityBar {
  element = document.createElement('li');
  #translator;
  #bar = document.createElement('span');
  #percent = document.createElement('span');

  /**
   * @param {Translator} translator
   * @param {string} label
   */
  constructor(translator, label) {
    this.#translator = translator;
    this.element.dataset['emotion'] = label;
    const name = document.createElement('span');
    name.className = 'bar-name';
    this.#bar.className = 'bar';
    this.#percent.className = 'bar-percent';
    translator.show(name, emotionWord(label));
    this.element.append(name, this.#bar, this.#percent);
  }

  /** @param {number} probability 0 … 1 */
  show(probability) {
    this.#bar.style.setProperty('--share', String(probability));
    this.#translator.show(this.#percent, percentage(probability));
  }
}
