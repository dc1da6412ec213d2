/** @typedef {import('./translator.js').Message} Message */

/** Chromium and others know these names of our two languages. */
const locales = /** @type {const} */ ({ es: 'es', en: 'en' });

/**
 * The same text in both languages, each with its own way to write numbers and dates.
 *
 * @param {(locale: 'es' | 'en') => string} write
 * @returns {Message}
 */
function inBoth(write) {
  return { es: write(locales.es), en: write(locales.en) };
}

/** @type {Intl.NumberFormatOptions} */
const percent = { style: 'percent', maximumFractionDigits: 0 };
const percentFormats = { es: new Intl.NumberFormat('es', percent), en: new Intl.NumberFormat('en', percent) };

/**
 * @param {number} share 0 … 1
 * @returns {Message} e.g. `80 %`
 */
export function percentage(share) {
  return inBoth((locale) => percentFormats[locale].format(share));
}

/**
 * @param {number} ms milliseconds since 1970
 * @returns {Message} e.g. `25 nov, 18:04`
 */
export function dateAndTime(ms) {
  return inBoth((locale) =>
    new Intl.DateTimeFormat(locale, {
      day: 'numeric',
      month: 'short',
      hour: '2-digit',
      minute: '2-digit',
    }).format(ms),
  );
}

/**
 * @param {number} seconds 15, 30, or whole minutes
 * @returns {Message} e.g. `30 s`, `2 min`
 */
export function lengthName(seconds) {
  const text = seconds < 60 ? `${seconds} s` : `${seconds / 60} min`;
  return { es: text, en: text };
}
