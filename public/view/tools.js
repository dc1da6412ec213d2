import { messages } from '../text/messages.js';
import { elementById, newElement } from './dom.js';

/** @typedef {import('../state/page-state.js').CameraState} CameraState */
/** @typedef {import('../text/translator.js').Translator} Translator */

/** The small tools on the picture: which camera, off, full screen. */
export class ToolsView {
  #tools = elementById('tools', HTMLElement);
  #cameras = elementById('cameras', HTMLSelectElement);

  /**
   * @param {import('../state/store.js').Store<import('../state/page-state.js').PageState>} store
   * @param {Translator} translator
   * @param {{ choose: (deviceId: string) => void, pause: () => void }} actions
   */
  constructor(store, translator, { choose, pause }) {
    this.#cameras.addEventListener('change', () => choose(this.#cameras.value));
    elementById('pause', HTMLButtonElement).addEventListener('click', pause);
    setUpFullscreen(translator);
    store.watch(
      ({ camera }) => camera,
      (camera) => this.#show(camera),
    );
    store.watch(
      ({ phase }) => phase,
      (phase) => {
        // Another camera, or none, in the middle of a recording would be another recording.
        const busy = phase === 'counting' || phase === 'recording';
        this.#cameras.disabled = busy;
        this.#tools.classList.toggle('busy', busy);
      },
    );
  }

  /** @param {CameraState} camera */
  #show({ status, devices, chosen }) {
    this.#tools.hidden = status !== 'on';
    this.#cameras.hidden = devices.length < 2;
    const options = devices.map(({ id, label }) => {
      const option = newElement('option', '', label);
      option.value = id;
      option.selected = id === chosen;
      return option;
    });
    this.#cameras.replaceChildren(...options);
  }
}

/** @param {Translator} translator */
function setUpFullscreen(translator) {
  const studio = elementById('camara', HTMLElement);
  const button = elementById('fullscreen', HTMLButtonElement);
  // iPhones have no full screen for such elements.
  button.hidden = !document.fullscreenEnabled;
  const label = () =>
    translator.label(
      button,
      document.fullscreenElement === studio ? messages.leaveFullscreen : messages.fullscreen,
    );
  label();
  document.addEventListener('fullscreenchange', label);
  button.addEventListener('click', () => void toggle(studio));
}

/** @param {Element} studio */
async function toggle(studio) {
  if (document.fullscreenElement === null) await studio.requestFullscreen();
  else await document.exitFullscreen();
}
