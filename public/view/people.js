import { emotionName } from '../text/emotions.js';
import { personName, readPerson } from '../text/messages.js';
import { elementById, newElement } from './dom.js';
import { placement } from './overlay.js';

/** @typedef {import('../state/page-state.js').PageState} PageState */
/** @typedef {import('../state/page-state.js').LiveState} LiveState */
/** @typedef {import('../live/faces.js').LiveFace} LiveFace */
/** @typedef {import('../text/translator.js').Translator} Translator */

/** With several people in the picture: a small name for each, which reads that person when it is pressed. */
export class PeopleView {
  #translator;
  #hold;
  #layer = elementById('people', HTMLElement);
  /** By the face's id. @type {Map<number, Tag>} */
  #tags = new Map();

  /**
   * @param {import('../state/store.js').Store<PageState>} store
   * @param {Translator} translator
   * @param {(id: number) => void} hold reads another face
   */
  constructor(store, translator, hold) {
    this.#translator = translator;
    this.#hold = hold;
    store.watch(
      ({ live }) => live,
      (live) => this.#show(live, store.state.camera.mirrored),
    );
    document.addEventListener('keydown', (event) => this.#chooseByKey(event));
  }

  /**
   * @param {LiveState} live
   * @param {boolean} mirrored
   */
  #show(live, mirrored) {
    const faces = live.faces.length > 1 ? live.faces : [];
    const shown = new Set(faces.map(({ id }) => id));
    for (const [id, tag] of this.#tags) {
      if (shown.has(id)) continue;
      tag.button.remove();
      this.#tags.delete(id);
    }
    for (const face of faces) {
      const tag = this.#tags.get(face.id) ?? this.#newTag(face.id);
      this.#place(tag, face, live, mirrored);
      this.#name(tag, face, face.id === live.heldId);
    }
  }

  /** @param {number} id */
  #newTag(id) {
    const used = new Set([...this.#tags.values()].map(({ number }) => number));
    let number = 1;
    while (used.has(number)) number += 1;
    const button = newElement('button', 'person');
    button.type = 'button';
    button.addEventListener('click', () => this.#hold(id));
    const name = newElement('span');
    const emotion = newElement('span', 'person-emotion');
    button.append(name, emotion);
    this.#translator.show(name, personName(number));
    this.#translator.label(button, readPerson(number));
    this.#layer.append(button);
    const tag = { button, emotion, number };
    this.#tags.set(id, tag);
    return tag;
  }

  /**
   * @param {Tag} tag
   * @param {LiveFace} face
   * @param {LiveState} live
   * @param {boolean} mirrored
   */
  #place({ button }, { box: [x, y, width, height] }, live, mirrored) {
    const stage = this.#layer;
    const { left, top, scale } = placement(live, stage.clientWidth, stage.clientHeight);
    const fromLeft = mirrored ? live.width - x - width : x;
    button.style.setProperty('left', `${left + fromLeft * scale}px`);
    button.style.setProperty('top', `${top + y * scale}px`);
    button.style.setProperty('width', `${width * scale}px`);
    button.style.setProperty('height', `${height * scale}px`);
  }

  /**
   * @param {Tag} tag
   * @param {LiveFace} face
   * @param {boolean} held
   */
  #name({ button, emotion }, face, held) {
    button.setAttribute('aria-pressed', String(held));
    const named = face.readable && face.sure;
    this.#translator.show(emotion, named ? emotionName(face.emotion) : null);
  }

  /** @param {KeyboardEvent} event */
  #chooseByKey(event) {
    const typing = event.target instanceof Element && event.target.matches('input, textarea, select');
    if (typing || event.ctrlKey || event.altKey || event.metaKey) return;
    for (const [id, { number }] of this.#tags) if (event.key === String(number)) this.#hold(id);
  }
}

/** @typedef {{ button: HTMLButtonElement, emotion: HTMLElement, number: number }} Tag */
