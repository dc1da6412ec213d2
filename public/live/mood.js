/** @typedef {import('../session/recorder.js').Sample} Sample */

/**
 * What the last second and a half say together. `waiting`: nothing yet; `unseen`: nobody there; `unreadable`: a face that
 * cannot be read, for `reason`; `unsure`: no emotion is probable enough; `read`: `emotion` is.
 *
 * @typedef {object} Mood
 * @property {'waiting' | 'unseen' | 'unreadable' | 'unsure' | 'read'} kind
 * @property {string} [emotion] a label, with `read`
 * @property {import('./faces.js').Fault} [reason] with `unreadable`, where the server says it
 * @property {Record<string, number>} probabilities their mean; empty without a face
 */

const windowMs = 1500;
/** A face that is lost for less than this is still there: a blink of the detector. */
const graceMs = 400;
/** A word comes when this share of the window's frames says it surely, and goes when fewer than that do. */
const comes = 0.6;
const goes = 0.4;

/** Averages the answers about one person, so that word and bars are calm. */
export class MoodFilter {
  /** @type {Sample[]} */
  #faces = [];
  /** @type {string | null} */
  #word = null;

  forget() {
    this.#faces = [];
    this.#word = null;
  }

  /**
   * @param {Sample} sample the newest answer; times never go back
   * @returns {Mood}
   */
  add(sample) {
    this.#faces = this.#faces.filter(({ atMs }) => sample.atMs - atMs < windowMs);
    if (sample.state === 'face') this.#faces.push(sample);
    const last = this.#faces.at(-1);
    if (last === undefined || sample.atMs - last.atMs > graceMs) {
      this.forget();
      if (sample.state !== 'unreadable') return { kind: 'unseen', probabilities: {} };
      return { kind: 'unreadable', reason: sample.reason, probabilities: {} };
    }
    this.#word = this.#nextWord();
    const probabilities = meanProbabilities(this.#faces);
    if (this.#word === null) return { kind: 'unsure', probabilities };
    return { kind: 'read', emotion: this.#word, probabilities };
  }

  #nextWord() {
    const shares = sureShares(this.#faces);
    const [label, share] = [...shares].sort((a, b) => b[1] - a[1])[0] ?? ['', 0];
    if (share >= comes) return label;
    return this.#word !== null && (shares.get(this.#word) ?? 0) >= goes ? this.#word : null;
  }
}

/**
 * How often each emotion was named surely.
 *
 * @param {readonly Sample[]} faces samples with a face
 * @returns {Map<string, number>} label → share of the samples
 */
export function sureShares(faces) {
  /** @type {Map<string, number>} */
  const shares = new Map();
  for (const { emotion, sure } of faces) {
    if (sure && emotion !== undefined) shares.set(emotion, (shares.get(emotion) ?? 0) + 1 / faces.length);
  }
  return shares;
}

/**
 * @param {readonly Sample[]} faces samples with a face
 * @returns {Record<string, number>} label → mean probability
 */
export function meanProbabilities(faces) {
  /** @type {Record<string, number>} */
  const mean = {};
  for (const { probabilities } of faces) {
    for (const [label, value] of Object.entries(probabilities ?? {})) {
      mean[label] = (mean[label] ?? 0) + value / faces.length;
    }
  }
  return mean;
}
