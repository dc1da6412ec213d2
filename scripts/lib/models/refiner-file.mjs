/**
 * The file of a landmark refiner: an ensemble of regression trees (Kazemi and Sullivan, "One millisecond face alignment with
 * an ensemble of regression trees", CVPR 2014) whose leaves are whole multiples of a stage's principal components.
 * `src/native/landmarks/refiner_model.cpp` reads it; little-endian throughout.
 */
import { crc32 } from './crc32.mjs';
import { packIntegers } from './integer-series.mjs';

const magic = 'EMOERT\r\n';
const version = 1;

/**
 * @typedef {object} RefinerStage
 * @property {ArrayLike<number>} anchors of each feature pixel the landmark that it moves with.
 * @property {Uint16Array} offsets half-precision floats: x and y of each feature pixel from its landmark, in the unit square.
 * @property {ArrayLike<number>} first of each split, tree by tree and each tree as a heap, the one feature pixel …
 * @property {ArrayLike<number>} second … and the other.
 * @property {ArrayLike<number>} thresholds whole numbers in [-256, 255]: to the left (node 2 i + 1) if first - second is greater.
 * @property {ArrayLike<number>} bias what the stage adds to x0, y0, x1, y1, … whatever its leaves are.
 * @property {Uint16Array} basis half-precision floats: of each component its share in x0, y0, x1, y1, ….
 * @property {number} step what one is worth in `leaves`.
 * @property {ArrayLike<number>[]} leaves a series a component: a whole number for each leaf, tree by tree.
 *
 * @typedef {object} Refiner
 * @property {number} pixels feature pixels a stage.
 * @property {number} trees a stage.
 * @property {number} depth splits from a root to a leaf, 1 to 4.
 * @property {ArrayLike<number>} meanShape x0, y0, x1, y1, … in the unit square.
 * @property {[number, number, number]} haarToBox from a Haar box to the unit square: what the centre moves by in x and y, and
 * the side, in sides of the box.
 * @property {RefinerStage[]} stages
 */

/**
 * @param {Refiner} refiner
 * @returns {Buffer} the bytes of the file.
 */
export function packRefiner(refiner) {
  const { stages, meanShape, trees, depth, pixels, haarToBox } = refiner;
  const components = stages[0].leaves.length;
  const body = Buffer.concat([
    wholes([meanShape.length / 2, stages.length, trees, depth, pixels, components]),
    singles(haarToBox),
    singles(meanShape),
    ...stages.map(packStage),
  ]);
  const head = Buffer.alloc(16);
  head.write(magic, 'latin1');
  head.writeUInt32LE(version, 8);
  head.writeUInt32LE(crc32(body), 12);
  return Buffer.concat([head, body]);
}

/** @param {RefinerStage} stage */
function packStage(stage) {
  return Buffer.concat([
    packIntegers(stage.anchors),
    halves(stage.offsets),
    packIntegers(stage.first),
    packIntegers(stage.second),
    packIntegers(stage.thresholds),
    singles(stage.bias),
    singles([stage.step]),
    halves(stage.basis),
    ...stage.leaves.map(packIntegers),
  ]);
}

function wholes(numbers) {
  const bytes = Buffer.alloc(4 * numbers.length);
  numbers.forEach((number, i) => bytes.writeUInt32LE(number, 4 * i));
  return bytes;
}

function singles(numbers) {
  const bytes = Buffer.alloc(4 * numbers.length);
  for (let i = 0; i < numbers.length; i++) bytes.writeFloatLE(numbers[i], 4 * i);
  return bytes;
}

function halves(numbers) {
  const bytes = Buffer.alloc(2 * numbers.length);
  for (let i = 0; i < numbers.length; i++) bytes.writeUInt16LE(numbers[i], 2 * i);
  return bytes;
}
