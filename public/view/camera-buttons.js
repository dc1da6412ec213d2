import { elementById } from './elements.js';

/** «Activar Cámara» and «Pausar»: one of them can be pressed at a time. */
export class CameraButtons {
  #activate = elementById('activate', HTMLButtonElement);
  #pause = elementById('pause', HTMLButtonElement);

  /** @param {{ activate: () => Promise<void>, pause: () => void }} actions */
  constructor({ activate, pause }) {
    this.#activate.addEventListener('click', () => {
      if (isDisabled(this.#activate)) return;
      this.show(true);
      void activate();
    });
    this.#pause.addEventListener('click', () => {
      if (!isDisabled(this.#pause)) pause();
    });
  }

  /** @param {boolean} cameraOn on, or about to be */
  show(cameraOn) {
    // `disabled` would take the keyboard's focus away from the button just pressed.
    this.#activate.setAttribute('aria-disabled', String(cameraOn));
    this.#pause.setAttribute('aria-disabled', String(!cameraOn));
  }
}

/** @param {HTMLButtonElement} button */
function isDisabled(button) {
  return button.getAttribute('aria-disabled') === 'true';
}
