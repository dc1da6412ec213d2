/** @typedef {import('./translator.js').Message} Message */

/**
 * How an emotion is spoken of.
 *
 * @typedef {object} EmotionWords
 * @property {Message} name e.g. `Alegría`
 * @property {Message} begin after «Empezaste»: `con alegría`
 * @property {Message} pass after «pasaste por»: `la alegría`
 * @property {Message} sign what a face shows then
 */

/** @type {ReadonlyMap<string, EmotionWords>} */
const known = new Map([
  [
    'HAPPY',
    {
      name: { es: 'Alegría', en: 'Joy' },
      begin: { es: 'con alegría', en: 'with joy' },
      pass: { es: 'la alegría', en: 'joy' },
      sign: {
        es: 'Una sonrisa que levanta las mejillas y achica los ojos.',
        en: 'A smile that lifts the cheeks and narrows the eyes.',
      },
    },
  ],
  [
    'SAD',
    {
      name: { es: 'Tristeza', en: 'Sadness' },
      begin: { es: 'con tristeza', en: 'with sadness' },
      pass: { es: 'la tristeza', en: 'sadness' },
      sign: {
        es: 'Labios que bajan, cejas que se elevan por dentro.',
        en: 'Lips that drop, eyebrows that rise on the inside.',
      },
    },
  ],
  [
    'ANGRY',
    {
      name: { es: 'Enojo', en: 'Anger' },
      begin: { es: 'con enojo', en: 'with anger' },
      pass: { es: 'el enojo', en: 'anger' },
      sign: { es: 'Cejas que se juntan y labios apretados.', en: 'Eyebrows drawn together and tight lips.' },
    },
  ],
  [
    'SURPRISED',
    {
      name: { es: 'Sorpresa', en: 'Surprise' },
      begin: { es: 'con sorpresa', en: 'with surprise' },
      pass: { es: 'la sorpresa', en: 'surprise' },
      sign: { es: 'Ojos muy abiertos y la boca en una «o».', en: 'Eyes wide open and a mouth like an “o”.' },
    },
  ],
  [
    'NEUTRAL',
    {
      name: { es: 'Neutral', en: 'Neutral' },
      begin: { es: 'en calma', en: 'in calm' },
      pass: { es: 'la calma', en: 'calm' },
      sign: {
        es: 'Cejas, ojos y boca en reposo: una cara en calma.',
        en: 'Eyebrows, eyes and mouth at rest: a calm face.',
      },
    },
  ],
]);

/** The emotions of the original, which are shown as coming where the model does not know them. */
export const promisedLabels = ['HAPPY', 'SAD', 'ANGRY', 'SURPRISED'];

/**
 * The words for a forest's label. A forest of one's own may have labels that nobody here knows: they stand for themselves.
 *
 * @param {string} label e.g. `HAPPY`
 * @returns {EmotionWords}
 */
export function emotionWords(label) {
  const itself = { es: label, en: label };
  return (
    known.get(label) ?? {
      name: itself,
      begin: { es: `con «${label}»`, en: `with “${label}”` },
      pass: { es: `«${label}»`, en: `“${label}”` },
      sign: { es: 'Una emoción de tu propio modelo.', en: 'An emotion of your own model.' },
    }
  );
}

/**
 * @param {string} label
 * @returns {Message} e.g. `Alegría`
 */
export function emotionName(label) {
  return emotionWords(label).name;
}

const drawn = new Map([
  ['HAPPY', 'joy'],
  ['SAD', 'sadness'],
  ['ANGRY', 'anger'],
  ['SURPRISED', 'surprise'],
  ['NEUTRAL', 'neutral'],
]);

/**
 * @param {string} label
 * @returns {string} address of the emotion's picture
 */
export function emotionPicture(label) {
  return `img/${drawn.get(label) ?? 'other'}.svg`;
}
