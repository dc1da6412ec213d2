import { printable } from '../common/printable.js';
import type { Message } from '../common/user-error.js';
import type { Landmarks } from '../vision/frame.js';

/**
 * What a model tells people, in both languages: errors, and the parts that they are put together from. Pairs that begin in small letters are
 * such parts.
 */
export const texts = {
  // Classes and their names
  labelUnknown: (label: string, labels: readonly string[]): Message => ({
    es: `El modelo no tiene la emoción «${label}» (--map). Tiene: ${labels.join(', ')}.`,
    en: `The model has no emotion "${label}" (--map). It has: ${labels.join(', ')}.`,
  }),

  // Nodes of a forest
  tooManyNodes: (most: number): Message => ({ es: `pasa de ${most} nodos`, en: `goes beyond ${most} nodes` }),
  tooManyLevels: (most: number): Message => ({
    es: `pasa de ${most} niveles`,
    en: `goes beyond ${most} levels`,
  }),
  tooManyShares: (most: number): Message => ({
    es: `pasa de ${most} probabilidades`,
    en: `goes beyond ${most} probabilities`,
  }),
  mustBeObject: { es: 'debe ser un objeto', en: 'must be an object' },
  mustBeWholeBelow: (limit: number): Message => ({
    es: `debe ser un entero menor que ${limit}`,
    en: `must be a whole number below ${limit}`,
  }),
  mustBeFinite: { es: 'debe ser un número finito', en: 'must be a finite number' },
  mustBeRowOf: (classes: number): Message => ({
    es: `debe ser una fila de 1 a ${classes} números`,
    en: `must be one row of 1 to ${classes} numbers`,
  }),
  mustSumToOne: { es: 'deben ser probabilidades que sumen 1', en: 'must be probabilities that sum to 1' },

  // Landmarks and forest
  landmarksOf: {
    plain: { es: 'los de LBF sin refinar (plain)', en: 'those of LBF, not refined (plain)' },
    refined: { es: 'los de LBF refinados (refined)', en: 'those of LBF, refined (refined)' },
    alone: { es: 'los de EmoChat sin LBF (alone)', en: 'EmoChat’s own, without LBF (alone)' },
  } satisfies Record<Landmarks, Message>,
  learntFromOtherLandmarks: (learnt: readonly Message[], served: Message): Message => ({
    es: `Aviso: el bosque de emociones aprendió con otros puntos de la cara, ${learnt.map(({ es }) => es).join(' y ')}, y recibe ${served.es}. Acierta algo menos; entrénalo de nuevo con npx emochat prepare-data y train.`,
    en: `Notice: the emotion forest learnt from other landmarks, ${learnt.map(({ en }) => en).join(' and ')}, and is given ${served.en}. It is right somewhat less often; train it anew with npx emochat prepare-data and train.`,
  }),
  landmarksMismatch: (given: number, needed: number): Message => ({
    es: `El modelo facial da ${given} puntos y el bosque de emociones pide ${needed}. Usa el modelo con que se entrenó (--facemark) o entrena otro bosque: npx emochat train`,
    en: `The facemark model gives ${given} landmarks and the emotion forest takes ${needed}. Use the one it was trained with (--facemark) or train another forest: npx emochat train`,
  }),

  // A forest's file
  valueRefused: (message: string): Message => ({ es: `valor no admitido (${message})`, en: message }),
  transformUnknown: (asked: string, known: string): Message => ({
    es: `esta versión no conoce la transformación ${asked} (conoce: ${known})`,
    en: `this version does not know the transform ${asked} (it knows: ${known})`,
  }),
  labelTwice: {
    es: 'es el mismo nombre que otro de antes, salvo mayúsculas o cómo se escriben los acentos',
    en: 'is the same name as one before, but for upper and lower case or how accents are written',
  },
  columnsTooFew: (featureCount: number): Message => ({
    es: `no hay más que ${featureCount} características`,
    en: `there are only ${featureCount} features`,
  }),
  valueDiffers: (actual: number, expected: number): Message => ({
    es: `es ${actual}, debería ser ${expected}`,
    en: `is ${actual}, should be ${expected}`,
  }),
  forestTooLarge: {
    es: 'El bosque se hace demasiado grande para guardarlo. Pide menos árboles (--trees) u hojas mayores (--min-samples-leaf 5).',
    en: 'The forest grows too large to be saved. Ask for fewer trees (--trees) or larger leaves (--min-samples-leaf 5).',
  },
  forestInvalid: (file: string, place: string, reason: Message): Message => ({
    es: `El bosque de emociones ${file} no es válido:${place} ${reason.es}. Entrena otro: npx emochat train`,
    en: `The emotion forest ${file} is not valid:${place} ${reason.en}. Train another: npx emochat train`,
  }),

  // Reading a forest
  notOfQuality: (labels: readonly string[]): Message => ({
    es: `no es un bosque que juzgue caras: sus clases han de ser ${labels.join(', ')}, y ha de estar calibrado`,
    en: `it is not a forest that judges faces: its classes must be ${labels.join(', ')}, and it must be calibrated`,
  }),
  qualityFileDamaged: (reason: string): Message => ({
    es: `Falta el bosque que juzga las caras, o está dañado (${reason}). Para recuperarlo: git checkout -- models/face-quality.json`,
    en: `The forest that judges faces is missing or damaged (${reason}). To get it back: git checkout -- models/face-quality.json`,
  }),
  forestUnreadable: (file: string, reason: string): Message => ({
    es: `No se puede leer el bosque de emociones ${file} (${reason}). Entrena uno: npx emochat train`,
    en: `The emotion forest ${file} cannot be read (${reason}). Train one: npx emochat train`,
  }),
  fileTooLarge: (size: number, most: number): Message => ({
    es: `ocupa ${size} bytes, más de los ${most} admitidos`,
    en: `it has ${size} bytes, more than the ${most} allowed`,
  }),
  notJson: (detail: string): Message => ({
    es: `no es JSON o está cortado (${printable(detail)})`,
    en: `it is not JSON or is cut off (${printable(detail)})`,
  }),
};
