import type { Message } from '../common/user-error.js';
import type { Landmarks } from '../vision/frame.js';
import type { ForestHeader } from './forest-file.js';
import { texts } from './texts.js';

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
  const learnt = [landmarks].flat();
  if (learnt.includes(given) || servesLandmarks.includes(given)) return undefined;
  return texts.learntFromOtherLandmarks(
    learnt.map((kind) => texts.landmarksOf[kind]),
    texts.landmarksOf[given],
  );
}
