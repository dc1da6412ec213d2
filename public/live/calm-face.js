/** @typedef {import('../state/store.js').Store<import('../state/page-state.js').PageState>} PageStore */
/** @typedef {import('../state/page-state.js').CalmState} CalmState */
/** @typedef {import('./faces.js').LiveFace} LiveFace */

/** How long the calm face is looked at. */
const lengthMs = 3000;
/** Answers that it takes at least, and the share of them in which the face must be readable. */
const fewest = 3;
const readableShare = 0.7;

/**
 * The visitor's own calm face. Faces differ more than emotions do: what the model makes of this one, three seconds of it on average,
 * goes with the frames from then on, and the server reads them by it.
 */
export class CalmFace {
  #store;
  /** What was told of the face that is read since it is looked at; null for an answer in which it could not be read. @type {(readonly number[] | null)[]} */
  #seen = [];
  #sinceMs = 0;
  /** @type {number | null} */
  #id = null;

  /** @param {PageStore} store */
  constructor(store) {
    this.#store = store;
    store.watch(
      ({ camera }) => camera.status,
      (status) => {
        if (status !== 'on' && store.state.calm.status === 'looking') this.#end('none');
      },
    );
  }

  /** Begins to look; a calm face that was known is forgotten. */
  look() {
    this.#seen = [];
    this.#id = null;
    this.#sinceMs = 0;
    this.#store.update({ calm: { status: 'looking', scores: null } });
  }

  forget() {
    this.#end('none');
  }

  /**
   * @param {LiveFace | null} face the one that is read; null if it is out of sight
   * @param {number} atMs
   */
  add(face, atMs) {
    if (this.#store.state.calm.status !== 'looking') return;
    if (this.#sinceMs === 0) this.#sinceMs = atMs;
    this.#id ??= face?.id ?? null;
    // Two people's faces have no mean.
    const own = face !== null && face.id === this.#id && face.readable;
    this.#seen.push(own ? (face.scores ?? null) : null);
    if (atMs - this.#sinceMs >= lengthMs) this.#finish();
  }

  #finish() {
    const faces = this.#seen.filter((scores) => scores !== null);
    const enough = faces.length >= fewest && faces.length >= readableShare * this.#seen.length;
    if (!enough) return this.#end('failed');
    const [first = []] = faces;
    const scores = first.map((_, i) => faces.reduce((sum, face) => sum + (face[i] ?? 0), 0) / faces.length);
    this.#store.update({
      calm: { status: 'known', scores: scores.map((score) => Number(score.toFixed(5))) },
    });
  }

  /** @param {'none' | 'failed'} status */
  #end(status) {
    this.#seen = [];
    this.#store.update({ calm: { status, scores: null } });
  }
}
