import type { Message } from '../common/user-error.js';
import type { Landmarks } from '../vision/vision.js';
import type { ForestHeader } from './forest-file.js';

const names: Record<Landmarks, Message> = {
  plain: { es: 'los de LBF sin refinar (plain)', en: 'those of LBF, not refined (plain)' },
  refined: { es: 'los de LBF refinados (refined)', en: 'those of LBF, refined (refined)' },
  alone: { es: 'los de EmoChat sin LBF (alone)', en: 'EmoChat’s own, without LBF (alone)' },
};

/**
 * What to tell people whose forest learnt from other landmarks than those that it is given.
 *
 * @param training as the forest's file has it. One that names no landmarks learnt from `plain` ones: there were no others.
 * @returns nothing if the forest learnt from such landmarks, or was measured to serve them.
 */
export function landmarkMismatch(
  { landmarks = 'plain', servesLandmarks = [] }: NonNullable<ForestHeader['training']>,
  given: Landmarks,
): Message | undefined {
  if (landmarks === given || servesLandmarks.includes(given)) return undefined;
  const [learnt, served] = [names[landmarks], names[given]];
  return {
    es: `Aviso: el bosque de emociones aprendió con otros puntos de la cara, ${learnt.es}, y recibe ${served.es}. Acierta algo menos; entrénalo de nuevo con npx emochat prepare-data y train.`,
    en: `Notice: the emotion forest learnt from other landmarks, ${learnt.en}, and is given ${served.en}. It is right somewhat less often; train it anew with npx emochat prepare-data and train.`,
  };
}
