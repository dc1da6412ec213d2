import { renderMarkdown } from '../view/markdown.js';
import { reportPicture } from './card.js';
import { reportHtml } from './html-page.js';
import { reportOf, reportText } from './report.js';
import { sessionCsv, sessionJson } from './tables.js';

/** @typedef {import('../state/page-state.js').Session} Session */
/** @typedef {import('../state/page-state.js').ReadingState} ReadingState */
/** @typedef {import('../text/translator.js').Language} Language */
/** @typedef {'png' | 'html' | 'csv' | 'json'} Format */

/** A session with its reading, in the language that it is taken along in. @typedef {{ session: Session, reading: ReadingState, language: Language }} Luggage */

/**
 * @param {Format} format
 * @param {Luggage} luggage
 * @returns {Promise<Blob>}
 */
export async function fileOf(format, { session, reading, language }) {
  const report = reportOf(session, language);
  switch (format) {
    case 'png':
      return await reportPicture(report, await plainText(reading.text));
    case 'html':
      return new Blob([reportHtml(report, await htmlOf(reading.text))], { type: 'text/html' });
    case 'csv':
      return new Blob([sessionCsv(session)], { type: 'text/csv' });
    case 'json':
      return new Blob([sessionJson(session, reading)], { type: 'application/json' });
  }
}

/**
 * @param {Luggage} luggage
 * @returns {Promise<string>} for the clipboard
 */
export async function textOf({ session, reading, language }) {
  return reportText(reportOf(session, language), await plainText(reading.text));
}

/**
 * @param {Session} session
 * @param {Format} format
 * @returns {string} e.g. `emochat-2026-11-26-0104.png`
 */
export function fileName({ startedAt }, format) {
  // The visitor's own clock, as on the card: ISO strings have that of Greenwich.
  const local = startedAt - new Date(startedAt).getTimezoneOffset() * 60_000;
  const [date, time = ''] = new Date(local).toISOString().split('T');
  return `emochat-${date}-${time.slice(0, 5).replace(':', '')}.${format}`;
}

/**
 * Hands a file to the visitor.
 *
 * @param {Blob} blob
 * @param {string} name
 */
export function download(blob, name) {
  const address = URL.createObjectURL(blob);
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  // The browser reads it after the click has been handled.
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}

/** @param {string} markdown */
async function htmlOf(markdown) {
  if (markdown === '') return '';
  const holder = document.createElement('div');
  holder.append(await renderMarkdown(markdown));
  return holder.innerHTML;
}

/** @param {string} markdown */
async function plainText(markdown) {
  if (markdown === '') return '';
  return ((await renderMarkdown(markdown)).textContent ?? '').trim();
}
