import { messages } from '../messages.js';
import { elementById } from './elements.js';

/** @typedef {import('../translator.js').Translator} Translator */

/**
 * Makes the fullscreen button work, or takes it away where the browser has no full screen for such elements (iPhones).
 *
 * @param {Translator} translator
 */
export function setUpFullscreen(translator) {
  const stage = elementById('stage', HTMLElement);
  const button = elementById('fullscreen', HTMLButtonElement);
  button.hidden = !document.fullscreenEnabled;
  const label = () =>
    translator.label(
      button,
      document.fullscreenElement === stage ? messages.leaveFullscreen : messages.fullscreen,
    );
  label();
  document.addEventListener('fullscreenchange', label);
  button.addEventListener('click', () => void toggle(stage));
}

/** @param {Element} stage */
async function toggle(stage) {
  if (document.fullscreenElement === null) await stage.requestFullscreen();
  else await document.exitFullscreen();
}
