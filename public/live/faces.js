/** @typedef {[x: number, y: number, width: number, height: number]} Box pixels of the frame */

/** What is wrong with a face that cannot be read. @typedef {'occluded' | 'turned' | 'blurred' | 'small'} Fault */

/**
 * One face in an answer of the server.
 *
 * @typedef {object} LiveFace
 * @property {number} id the same while the face is followed
 * @property {Box} box
 * @property {string} emotion the likeliest label
 * @property {Record<string, number>} probabilities label → 0…1
 * @property {boolean} sure whether the emotion is probable enough to be named
 * @property {readonly (readonly [x: number, y: number])[]} landmarks 68 points, or none
 * @property {boolean} readable whether the face can be read; else its emotion means nothing
 * @property {Fault} [reason] why it cannot
 * @property {readonly number[]} [scores] what the model makes of it, where it can be told a person's calm face
 */

/**
 * What the server says about a frame.
 *
 * @typedef {object} LiveAnswer
 * @property {number} width
 * @property {number} height
 * @property {LiveFace[]} faces largest first
 */

/** How long the held face may be out of sight before another is taken, while nothing is recorded. */
const patienceMs = 1000;

/**
 * Chooses whose emotion is read, and stays with that person: the largest face, or the one that was chosen.
 */
export class HeldFace {
  /** @type {number | null} */
  #id = null;
  /** @type {Box | null} */
  #box = null;
  #seenMs = -Infinity;

  /** @param {number} id the face that shall be read from now on */
  choose(id) {
    this.#id = id;
    this.#box = null;
  }

  forget() {
    this.#id = null;
    this.#box = null;
  }

  /**
   * The face that is read, or null if it is out of sight.
   *
   * @param {readonly LiveFace[]} faces largest first
   * @param {number} nowMs
   * @param {boolean} loyal while it records: nobody else is taken, however long the held face is gone
   * @returns {LiveFace | null}
   */
  pick(faces, nowMs, loyal) {
    const face = this.#find(faces) ?? this.#another(faces, nowMs, loyal);
    if (face === null) return null;
    this.#id = face.id;
    this.#box = face.box;
    this.#seenMs = nowMs;
    return face;
  }

  /** @param {readonly LiveFace[]} faces */
  #find(faces) {
    const same = faces.find(({ id }) => id === this.#id);
    if (same !== undefined) return same;
    const box = this.#box;
    // Lost for a moment, the same face comes back with another number, but where it was.
    return (box !== null && faces.find((face) => samePlace(face.box, box))) || null;
  }

  /**
   * @param {readonly LiveFace[]} faces
   * @param {number} nowMs
   * @param {boolean} loyal
   */
  #another(faces, nowMs, loyal) {
    const free = this.#id === null || (!loyal && nowMs - this.#seenMs > patienceMs);
    return (free && faces[0]) || null;
  }
}

/**
 * Whether two boxes may frame the same head: about as large, and overlapping by more than a third of their union.
 *
 * @param {Box} a
 * @param {Box} b
 */
export function samePlace(a, b) {
  const width = Math.min(a[0] + a[2], b[0] + b[2]) - Math.max(a[0], b[0]);
  const height = Math.min(a[1] + a[3], b[1] + b[3]) - Math.max(a[1], b[1]);
  if (width <= 0 || height <= 0) return false;
  const shared = width * height;
  return shared / (a[2] * a[3] + b[2] * b[3] - shared) > 1 / 3;
}
