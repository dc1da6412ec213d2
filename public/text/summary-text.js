import { emotionWords } from './emotions.js';

/** @typedef {import('./translator.js').Message} Message */
/** @typedef {import('./translator.js').Language} Language */
/** @typedef {import('../session/summary.js').Summary} Summary */

/** More stretches than that are told as a coming and going. */
const mostTold = 4;

/**
 * One warm sentence about how a session went.
 *
 * @param {Summary} summary
 * @returns {Message}
 */
export function summarySentence(summary) {
  return { es: inSpanish(summary), en: inEnglish(summary) };
}

/**
 * The numbers behind the sentence.
 *
 * @param {Summary} summary
 * @returns {Message} e.g. `Alegría 12 s · Tristeza 8 s · sin leer 5 s. Cambiaste tres veces; el giro más claro, en el segundo 16.`
 */
export function summaryNumbers(summary) {
  const { turn, stretches } = summary;
  const changes = stretches.length - 1;
  const es = [`${listOf(summary, 'es')}.`];
  const en = [`${listOf(summary, 'en')}.`];
  if (turn !== null) {
    es.push(`${changes === 1 ? 'Un cambio' : `${changes} cambios`}; el más claro, en el segundo ${turn}.`);
    en.push(`${changes === 1 ? 'One change' : `${changes} changes`}; the clearest at second ${turn}.`);
  }
  return { es: es.join(' '), en: en.join(' ') };
}

/**
 * @param {Summary} summary
 * @param {Language} language
 */
function listOf({ shares, notRead }, language) {
  const parts = shares.map(({ emotion, seconds }) => `${emotionWords(emotion).name[language]} ${seconds} s`);
  if (notRead > 0) parts.push(`${language === 'es' ? 'sin leer' : 'not read'} ${notRead} s`);
  return parts.join(' · ');
}

/** @param {Summary} summary */
function inSpanish({ stretches, shares }) {
  const [first, ...rest] = stretches.map(({ emotion }) => emotionWords(emotion));
  const last = rest.pop();
  if (first === undefined) return 'Esta vez no pude leer tu cara.';
  if (last === undefined) return `De principio a fin, tu cara habló ${first.begin.es}.`;
  if (stretches.length > mostTold) {
    const most = emotionWords(shares[0]?.emotion ?? '').pass.es;
    if (first === last)
      return `Tu cara fue y vino: empezaste y acabaste ${first.begin.es}, y lo que más se vio fue ${most}.`;
    return `Tu cara fue y vino: empezaste ${first.begin.es}, acabaste ${last.begin.es}, y lo que más se vio fue ${most}.`;
  }
  if (rest.length === 0) return `Empezaste ${first.begin.es} y acabaste ${last.begin.es}.`;
  const way = rest.map(({ pass }) => `por ${pass.es}`).join(' y ');
  const end = first === last ? `volviste a acabar ${last.begin.es}` : `acabaste ${last.begin.es}`;
  return `Empezaste ${first.begin.es}, pasaste ${way} y ${end}.`;
}

/** @param {Summary} summary */
function inEnglish({ stretches, shares }) {
  const [first, ...rest] = stretches.map(({ emotion }) => emotionWords(emotion));
  const last = rest.pop();
  if (first === undefined) return 'This time I could not read your face.';
  if (last === undefined) return `From beginning to end your face spoke ${first.begin.en}.`;
  if (stretches.length > mostTold) {
    const most = emotionWords(shares[0]?.emotion ?? '').pass.en;
    if (first === last)
      return `Your face came and went: you began and ended ${first.begin.en}, and what showed most was ${most}.`;
    return `Your face came and went: you began ${first.begin.en}, ended ${last.begin.en}, and what showed most was ${most}.`;
  }
  if (rest.length === 0) return `You began ${first.begin.en} and ended ${last.begin.en}.`;
  const way = rest.map(({ pass }) => `through ${pass.en}`).join(' and ');
  const end = first === last ? `ended ${last.begin.en} again` : `ended ${last.begin.en}`;
  return `You began ${first.begin.en}, went ${way} and ${end}.`;
}
