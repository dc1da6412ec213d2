import { meanProbabilities, sureShares } from '../live/mood.js';

/** @typedef {import('./recorder.js').Sample} Sample */

/**
 * What one second said. `unseen`: nobody there, nothing to be read, or no signal.
 *
 * @typedef {object} Cell
 * @property {'read' | 'unsure' | 'unseen'} state
 * @property {string} [emotion] a label, with `read`
 * @property {Record<string, number>} [probabilities] their mean over the second, unless `unseen`
 */

/** A slow server answers once a second, and not to the beat: a second without an answer takes those that are this near. */
const nearMs = 600;

/**
 * The second that begins at `fromMs`.
 *
 * @param {readonly Sample[]} samples in their order
 * @param {number} fromMs
 * @returns {Cell}
 */
export function cellOf(samples, fromMs) {
  const toMs = fromMs + 1000;
  const within = samples.filter(({ atMs }) => atMs >= fromMs && atMs < toMs);
  const heard = within.length > 0 ? within : neighbours(samples, fromMs, toMs);
  const faces = heard.filter(({ state }) => state === 'face');
  if (faces.length === 0 || faces.length < heard.length / 2) return { state: 'unseen' };
  const probabilities = meanProbabilities(faces);
  const [emotion, share] = [...sureShares(faces)].sort((a, b) => b[1] - a[1])[0] ?? ['', 0];
  return share >= 0.5 ? { state: 'read', emotion, probabilities } : { state: 'unsure', probabilities };
}

/**
 * The answers just before and after a second without any, if both are near, or nothing has come after it yet.
 *
 * @param {readonly Sample[]} samples
 * @param {number} fromMs
 * @param {number} toMs
 * @returns {Sample[]}
 */
function neighbours(samples, fromMs, toMs) {
  const next = samples.findIndex(({ atMs }) => atMs >= toMs);
  const after = samples[next];
  const before = next === -1 ? samples.at(-1) : samples[next - 1];
  if (before === undefined || fromMs - before.atMs > nearMs) return [];
  return after === undefined || after.atMs - toMs <= nearMs ? [before] : [];
}

/**
 * How many seconds there are of each kind.
 *
 * @param {readonly Cell[]} cells
 */
export function countCells(cells) {
  const count = { read: 0, unsure: 0, unseen: 0 };
  for (const { state } of cells) count[state] += 1;
  return count;
}
