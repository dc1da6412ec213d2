import { stillMessages } from '../text/still-messages.js';
import { elementById } from './dom.js';
import { drawFace } from './face-drawing.js';

/** @typedef {import('../state/page-state.js').StillState} StillState */
/** @typedef {import('../still/photo.js').ReadPhoto} ReadPhoto */

/**
 * @typedef {object} FileActions
 * @property {(file: File) => void} read
 * @property {() => void} cancel
 */

/** The place for photos and clips: chosen, dropped anywhere on the page, or pasted. */
export class FilesView {
  #section = elementById('archivo', HTMLElement);
  #input = elementById('file', HTMLInputElement);
  #canvas = elementById('photo', HTMLCanvasElement);
  #message = elementById('file-message', HTMLElement);
  #progress = elementById('file-progress', HTMLProgressElement);
  #cancel = elementById('file-cancel', HTMLButtonElement);
  #translator;
  #actions;

  /**
   * @param {import('../state/store.js').Store<import('../state/page-state.js').PageState>} store
   * @param {import('../text/translator.js').Translator} translator
   * @param {FileActions} actions
   */
  constructor(store, translator, actions) {
    this.#translator = translator;
    this.#actions = actions;
    this.#input.addEventListener('change', () => {
      this.#take(this.#input.files);
      // The same file may be chosen again.
      this.#input.value = '';
    });
    this.#cancel.addEventListener('click', actions.cancel);
    document.addEventListener('paste', ({ clipboardData }) => this.#take(clipboardData?.files));
    this.#listenToDrops();
    store.watch(
      ({ still }) => still,
      (still) => this.#show(still),
    );
    store.watch(
      ({ still }) => still.photo,
      (photo) => this.#showPhoto(photo),
    );
  }

  #listenToDrops() {
    document.addEventListener('dragover', (event) => {
      if (!event.dataTransfer?.types.includes('Files')) return;
      event.preventDefault();
      this.#section.classList.add('awaiting');
    });
    document.addEventListener('dragleave', (event) => {
      if (event.relatedTarget === null) this.#section.classList.remove('awaiting');
    });
    document.addEventListener('drop', (event) => {
      this.#section.classList.remove('awaiting');
      if (!event.dataTransfer?.files.length) return;
      event.preventDefault();
      this.#take(event.dataTransfer.files);
    });
  }

  /** @param {FileList | null | undefined} files the first one counts */
  #take(files) {
    const file = files?.[0];
    if (file === undefined) return;
    this.#section.scrollIntoView({ block: 'nearest' });
    this.#actions.read(file);
  }

  /** @param {StillState} still */
  #show({ message, progress }) {
    this.#translator.show(this.#message, message);
    const calm = progress !== null || message === stillMessages.looking;
    this.#message.dataset['tone'] = calm ? 'calm' : 'result';
    this.#progress.hidden = progress === null;
    this.#progress.value = progress ?? 0;
    this.#cancel.hidden = progress === null;
  }

  /** @param {ReadPhoto | null} photo */
  #showPhoto(photo) {
    this.#canvas.hidden = photo === null;
    if (photo === null) return;
    const { picture, answer } = photo;
    this.#canvas.width = picture.width;
    this.#canvas.height = picture.height;
    const context = this.#canvas.getContext('2d');
    if (context === null) return;
    context.drawImage(picture, 0, 0);
    // About a CSS pixel, as the photo is shown no wider than 40 rem.
    const pixel = Math.max(1, picture.width / 640);
    answer.faces.forEach((face, i) => drawFace(context, face, { held: i === 0, points: i === 0, pixel }));
  }
}
