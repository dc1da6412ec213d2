import { summaryOf } from '../session/summary.js';
import { emotionName } from '../text/emotions.js';
import { keepMessages } from '../text/keep-messages.js';
import { dateAndTime } from '../text/numbers.js';
import { summaryNumbers, summarySentence } from '../text/summary-text.js';
import { stripText } from '../view/strip.js';

/** @typedef {import('../state/page-state.js').Session} Session */
/** @typedef {import('../text/translator.js').Language} Language */

/**
 * What is told of a session wherever it is taken along: the same words on the card, in the page and in the copied text.
 *
 * @typedef {object} Report
 * @property {Language} language
 * @property {string} title e.g. `Hoy tuve una entrevista de trabajo`
 * @property {string} date
 * @property {string} sentence
 * @property {string} numbers
 * @property {string} read how many seconds were read
 * @property {string} readingTitle
 * @property {string} made who made this
 * @property {{ state: string, fill: string, name: string }[]} cells
 */

/** As in styles/base.css, light theme: what is taken along looks the same for everybody. */
const fills = new Map([
  ['HAPPY', '#ffb545'],
  ['SAD', '#6fa9d8'],
  ['ANGRY', '#e8604c'],
  ['SURPRISED', '#a983dd'],
  ['NEUTRAL', '#2f9c95'],
]);
const otherFill = '#b88a6b';
const stateFills = { unsure: '#d9c3b3', unseen: '#cfc6c1' };

/**
 * @param {Session} session
 * @param {Language} language
 * @returns {Report}
 */
export function reportOf({ cells, context, startedAt }, language) {
  const summary = summaryOf(cells);
  const { untitled, readingTitle, made } = keepMessages;
  return {
    language,
    title: context === '' ? untitled[language] : context,
    date: dateAndTime(startedAt)[language],
    sentence: summarySentence(summary)[language],
    numbers: summaryNumbers(summary)[language],
    read: stripText(cells)[language],
    readingTitle: readingTitle[language],
    made: made[language],
    cells: cells.map(({ state, emotion = '' }) => ({
      state,
      fill: state === 'read' ? (fills.get(emotion) ?? otherFill) : stateFills[state],
      name: state === 'read' ? emotionName(emotion)[language] : '',
    })),
  };
}

/**
 * @param {Report} report
 * @param {string} reading plain text; may be empty
 * @returns {string} for the clipboard
 */
export function reportText({ title, date, sentence, numbers, read, readingTitle, made }, reading) {
  const parts = [`${title} · ${date}`, sentence, `${numbers} ${read}.`];
  if (reading !== '') parts.push(`${readingTitle}:\n${reading}`);
  return [...parts, made].join('\n\n');
}
