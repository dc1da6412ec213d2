import { elementById } from './dom.js';

/** @typedef {import('../text/translator.js').Translator} Translator */

/**
 * The button that names the other language, in that language.
 *
 * @param {Translator} translator
 */
export function setUpLanguageButton(translator) {
  const button = elementById('language', HTMLButtonElement);
  const show = () => {
    const spanish = translator.language === 'es';
    button.lang = spanish ? 'en' : 'es';
    button.textContent = spanish ? 'EN' : 'ES';
    button.setAttribute('aria-label', spanish ? 'EN, switch to English' : 'ES, cambiar a español');
  };
  show();
  translator.onSwitch(show);
  button.addEventListener('click', () => translator.switchTo(translator.language === 'es' ? 'en' : 'es'));
}
