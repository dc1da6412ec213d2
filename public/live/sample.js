/** @typedef {import('./faces.js').LiveFace} LiveFace */
/** @typedef {import('../session/recorder.js').Sample} Sample */

/**
 * What a frame says about the person who is read.
 *
 * @param {LiveFace | null} face null if they are not in the picture
 * @param {number} atMs
 * @returns {Sample}
 */
export function sampleOf(face, atMs) {
  if (face === null) return { atMs, state: 'unseen' };
  if (!face.readable) return { atMs, state: 'unreadable', reason: face.reason };
  const { emotion, probabilities, sure } = face;
  return { atMs, state: 'face', emotion, probabilities, sure };
}
