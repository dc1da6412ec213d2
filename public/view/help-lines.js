import { elementById, newElement } from './dom.js';

/** @typedef {import('../text/translator.js').Message} Message */
/** @typedef {import('../text/translator.js').Translator} Translator */
/** @typedef {{ country: Message, lines: { number: string, dial: string, text: Message }[] }} Country as in help-lines.json */

/**
 * The help lines of `help-lines.json`, which whoever runs EmoChat may replace, ahead of the one that stands in the page.
 *
 * @param {Translator} translator
 */
export async function showHelpLines(translator) {
  const response = await fetch('help-lines.json');
  if (!response.ok) return;
  /** @type {Country[]} */
  const countries = await response.json();
  const list = elementById('help-lines', HTMLElement);
  list.prepend(...countries.map((country) => entry(translator, country)));
}

/**
 * @param {Translator} translator
 * @param {Country} country
 */
function entry(translator, { country, lines }) {
  const term = newElement('dt');
  translator.show(term, country);
  const details = lines.map(({ number, dial, text }) => {
    const link = newElement('a', '', number);
    link.href = `tel:${dial}`;
    const description = newElement('span');
    translator.show(description, text);
    return newElement('dd', '', link, ' ', description);
  });
  return newElement('div', '', term, ...details);
}
