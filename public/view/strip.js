import { countCells } from '../session/cells.js';
import { emotionName } from '../text/emotions.js';
import { secondsRead, sessionMessages } from '../text/session-messages.js';
import { newElement } from './dom.js';

/** @typedef {import('../session/cells.js').Cell} Cell */
/** @typedef {import('../text/translator.js').Message} Message */

/**
 * Fills a strip with a cell a second: its colour is the emotion, hatched is «not sure», grey is nobody seen, pale is still to come.
 *
 * @param {HTMLElement} strip
 * @param {readonly Cell[]} cells
 * @param {number} length seconds that the whole strip stands for
 */
export function drawStrip(strip, cells, length) {
  const total = Math.max(length, cells.length);
  while (strip.children.length > total) strip.lastElementChild?.remove();
  while (strip.children.length < total) strip.append(newElement('span'));
  strip.style.setProperty('--seconds', String(total));
  strip.classList.toggle('dense', total > 60);
  [...strip.children].forEach((element, i) => {
    const cell = cells[i];
    element.setAttribute('data-state', cell?.state ?? 'coming');
    element.setAttribute('data-emotion', cell?.emotion ?? '');
  });
}

/**
 * What a strip shows, in words.
 *
 * @param {readonly Cell[]} cells
 * @returns {Message} e.g. `Leídos 22 de 30 s`
 */
export function stripText(cells) {
  return secondsRead(countCells(cells));
}

/**
 * The emotions that occur in a strip, each with its colour; and what hatched and grey mean, if they occur.
 *
 * @param {readonly Cell[]} cells
 * @returns {{ state: Cell['state'], emotion: string, text: Message }[]}
 */
export function legendOf(cells) {
  const emotions = [...new Set(cells.flatMap(({ emotion }) => emotion ?? []))];
  const { unsure, unseen } = countCells(cells);
  const others = [
    {
      state: /** @type {const} */ ('unsure'),
      emotion: '',
      text: sessionMessages.unsure,
    },
    {
      state: /** @type {const} */ ('unseen'),
      emotion: '',
      text: sessionMessages.unseen,
    },
  ];
  return [
    ...emotions.map((emotion) => ({
      state: /** @type {const} */ ('read'),
      emotion,
      text: emotionName(emotion),
    })),
    ...others.filter(({ state }) => (state === 'unsure' ? unsure : unseen) > 0),
  ];
}
