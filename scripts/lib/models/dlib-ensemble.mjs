/** Reads an ensemble of regression trees as dlib's `shape_predictor` writes it. */

/**
 * @typedef {object} EnsembleStage
 * @property {number[]} anchors of each feature pixel the landmark that it moves with.
 * @property {Float64Array} offsets x and y of each feature pixel from its landmark.
 * @property {{ first: number[], second: number[], thresholds: number[], leaves: Float64Array[] }[]} trees splits as a heap; to
 * the left (node 2 i + 1) if first - second is greater than the threshold; a leaf adds to x0, y0, x1, y1, ….
 *
 * @typedef {object} Ensemble
 * @property {Float64Array} meanShape x0, y0, x1, y1, … in the unit square.
 * @property {EnsembleStage[]} stages
 */

/**
 * @param {Uint8Array} bytes
 * @param {number} [stageCount] how many of the first stages are wanted.
 * @returns {Ensemble}
 * @throws RangeError if the bytes are something else.
 */
export function readDlibEnsemble(bytes, stageCount = Infinity) {
  const from = new DlibReader(bytes);
  if (from.integer() !== 1) throw new RangeError('no shape predictor of version 1');
  const meanShape = from.column();
  const forests = from.list(() => from.list(() => readTree(from)));
  const anchors = from.list(() => from.list(() => from.integer()));
  const offsets = from.list(() => from.list(() => [from.single(), from.single()]));
  const stages = forests.slice(0, stageCount).map((trees, i) => ({
    anchors: anchors[i],
    offsets: Float64Array.from(offsets[i].flat()),
    trees,
  }));
  return { meanShape, stages };
}

/** @param {DlibReader} from */
function readTree(from) {
  const splits = from.list(() => [from.integer(), from.integer(), from.single()]);
  return {
    first: splits.map(([first]) => first),
    second: splits.map(([, second]) => second),
    thresholds: splits.map(([, , threshold]) => threshold),
    leaves: from.list(() => from.column()),
  };
}

/** dlib's own serialization: whole numbers as length, sign and bytes; floats as mantissa and exponent of two. */
class DlibReader {
  #bytes;
  #at = 0;

  /** @param {Uint8Array} bytes */
  constructor(bytes) {
    this.#bytes = bytes;
  }

  integer() {
    const head = this.#next();
    const length = head & 0x0f;
    if (length < 1 || length > 8) throw new RangeError(`no whole number at byte ${this.#at - 1}`);
    let size = 0;
    let unit = 1;
    for (let i = 0; i < length; i++, unit *= 256) size += unit * this.#next();
    return head & 0x80 ? -size : size;
  }

  single() {
    const mantissa = this.integer();
    return mantissa * 2 ** this.integer();
  }

  /** A matrix of one column; its sizes are written negative. */
  column() {
    const rows = -this.integer();
    if (this.integer() !== -1 || !(rows >= 0)) throw new RangeError(`no column at byte ${this.#at}`);
    const numbers = new Float64Array(rows);
    for (let i = 0; i < rows; i++) numbers[i] = this.single();
    return numbers;
  }

  /**
   * @template T
   * @param {() => T} item
   * @returns {T[]}
   */
  list(item) {
    return Array.from({ length: this.integer() }, item);
  }

  #next() {
    if (this.#at >= this.#bytes.length) throw new RangeError('the file is cut short');
    return this.#bytes[this.#at++];
  }
}
