/** @typedef {import('../state/page-state.js').Session} Session */
/** @typedef {import('../state/page-state.js').ReadingState} ReadingState */

/**
 * A session as a table (RFC 4180): first a row a second, then a row a frame; times in seconds from the beginning; a column with
 * the probability of each emotion.
 *
 * @param {Session} session
 * @returns {string}
 */
export function sessionCsv({ labels, cells, samples }) {
  const head = ['row', 'time', 'state', 'emotion', 'sure', ...labels];
  const probabilitiesOf = (/** @type {Record<string, number> | undefined} */ probabilities) =>
    labels.map((label) => probabilities?.[label]?.toFixed(4) ?? '');
  const seconds = cells.map(({ state, emotion, probabilities }, i) => [
    'second',
    String(i),
    state,
    emotion ?? '',
    state === 'unseen' ? '' : String(state === 'read'),
    ...probabilitiesOf(probabilities),
  ]);
  const frames = samples.map(({ atMs, state, emotion, sure, probabilities }) => [
    'frame',
    (atMs / 1000).toFixed(3),
    state,
    emotion ?? '',
    sure === undefined ? '' : String(sure),
    ...probabilitiesOf(probabilities),
  ]);
  return [head, ...seconds, ...frames].map((row) => `${row.map(quoted).join(',')}\r\n`).join('');
}

/** @param {string} field */
function quoted(field) {
  return /[",\r\n]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field;
}

/**
 * A session with everything that is known of it, to be read by programs; times in milliseconds from the beginning.
 *
 * @param {Session} session
 * @param {Pick<ReadingState, 'text' | 'language'>} reading
 * @returns {string}
 */
export function sessionJson(
  { startedAt, source, context, length, labels, cells, samples },
  { text, language },
) {
  const session = {
    format: 'emochat-session',
    version: 1,
    startedAt: new Date(startedAt).toISOString(),
    source,
    context,
    length,
    labels,
    seconds: cells,
    frames: samples,
    reading: text === '' ? null : { text, language },
  };
  return `${JSON.stringify(session, null, 2)}\n`;
}
