import { emotionName, emotionPicture } from '../text/emotions.js';
import { calmMessages } from '../text/calm-messages.js';
import { messages } from '../text/messages.js';
import { catchFocus, elementById } from './dom.js';

/** @typedef {import('../state/page-state.js').PageState} PageState */
/** @typedef {import('../text/translator.js').Message} Message */
/** @typedef {import('../text/translator.js').Translator} Translator */

/** What stands on the picture: the invitation while the camera is off, then the word of the moment, or what is wrong. */
export class StageView {
  #translator;
  #studio = elementById('camara', HTMLElement);
  #invitation = elementById('invitation', HTMLElement);
  #activate = elementById('activate', HTMLButtonElement);
  #trouble = elementById('camera-trouble', HTMLElement);
  #picture = elementById('picture', HTMLElement);
  #word = elementById('word', HTMLElement);
  #wordText = elementById('word-text', HTMLElement);
  #wordPicture = elementById('word-picture', HTMLImageElement);

  /**
   * @param {import('../state/store.js').Store<PageState>} store
   * @param {Translator} translator
   * @param {() => void} activate
   */
  constructor(store, translator, activate) {
    this.#translator = translator;
    this.#activate.addEventListener('click', () => {
      if (store.state.camera.status === 'off') activate();
    });
    store.watch(
      ({ phase }) => phase,
      (phase) => this.#showPhase(phase),
    );
    store.watch(
      ({ camera }) => camera,
      (camera) => this.#showCamera(camera),
    );
    store.watch(wordOf, (word) => this.#showWord(word));
    const video = elementById('video', HTMLVideoElement);
    video.addEventListener('resize', () => this.#fit(video));
  }

  /**
   * The stage takes the proportions of the picture over where it can; they change when a phone is turned.
   *
   * @param {HTMLVideoElement} video
   */
  #fit({ videoWidth, videoHeight }) {
    if (videoWidth === 0) return;
    const stage = elementById('stage', HTMLElement);
    stage.style.setProperty('--picture-ratio', (videoWidth / videoHeight).toFixed(4));
  }

  /** @param {PageState['phase']} phase */
  #showPhase(phase) {
    this.#studio.dataset['phase'] = phase;
    this.#studio.hidden = phase === 'read';
  }

  /** @param {PageState['camera']} camera */
  #showCamera({ status, trouble, mirrored }) {
    const on = status === 'on';
    const wasOn = !this.#picture.hidden;
    this.#invitation.classList.toggle('folded', on);
    this.#picture.hidden = !on;
    this.#word.hidden = !on;
    this.#picture.classList.toggle('mirrored', mirrored);
    // `disabled` would take the keyboard's focus away from the button just pressed.
    this.#activate.setAttribute('aria-disabled', String(status === 'starting'));
    this.#translator.show(this.#trouble, status === 'starting' ? messages.starting : on ? null : trouble);
    this.#trouble.dataset['tone'] = status === 'starting' ? 'calm' : 'trouble';
    if (wasOn && status === 'off') catchFocus(this.#activate);
  }

  /** @param {Word} word */
  #showWord({ text, label, tone }) {
    this.#word.dataset['tone'] = tone;
    this.#wordPicture.hidden = label === null;
    const picture = emotionPicture(label ?? '');
    if (this.#wordPicture.getAttribute('src') !== picture) this.#wordPicture.src = picture;
    this.#translator.show(this.#wordText, text);
  }
}

/** @typedef {{ text: Message, label: string | null, tone: 'calm' | 'live' | 'trouble' }} Word */

/** One object for each word, so that an unchanged word is not drawn again. @type {Map<string, Word>} */
const words = new Map();

/**
 * What the page says of the picture just now.
 *
 * @param {Readonly<PageState>} state
 * @returns {Word}
 */
export function wordOf({ phase, camera, live, calm }) {
  const trouble = camera.trouble ?? live.trouble;
  if (trouble !== null) return word(trouble, null, 'trouble');
  if (calm.status === 'looking') return word(calmMessages.looking, null, 'calm');
  const { kind, emotion, reason } = live.mood;
  if (kind === 'read' && emotion !== undefined) return word(emotionName(emotion), emotion, 'live');
  if (kind === 'waiting') return word(messages.analyzing, null, 'calm');
  if (kind === 'unsure') return word(messages.notSure, null, 'calm');
  if (kind === 'unreadable') return word(messages[reason ?? 'unreadable'], null, 'calm');
  const lost = phase === 'recording' && live.faces.length > 0;
  return word(lost ? messages.lost : messages.noFace, null, 'calm');
}

/**
 * @param {Message} text
 * @param {string | null} label
 * @param {Word['tone']} tone
 */
function word(text, label, tone) {
  const key = `${tone} ${label} ${text.es}`;
  const known = words.get(key) ?? { text, label, tone };
  words.set(key, known);
  return known;
}
