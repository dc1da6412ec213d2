/** @typedef {import('./translator.js').Message} Message */

/** What `/predict` answers instead of a label when there is nobody in the frame. */
export const noFaceLabel = 'No face detected';

/** @type {ReadonlyMap<string, Message>} */
const words = new Map([
  ['HAPPY', { es: 'Alegría', en: 'Joy' }],
  ['SAD', { es: 'Tristeza', en: 'Sadness' }],
  ['ANGRY', { es: 'Enojo', en: 'Anger' }],
  ['SURPRISED', { es: 'Sorpresa', en: 'Surprise' }],
  ['NEUTRAL', { es: 'Neutral', en: 'Neutral' }],
]);

/**
 * The word for a forest's label. A forest of one's own may have labels that nobody here knows: they stand for themselves.
 *
 * @param {string} label e.g. `HAPPY`
 * @returns {Message}
 */
export function emotionWord(label) {
  return words.get(label) ?? { es: label, en: label };
}
