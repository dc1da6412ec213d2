/** Reads the candidate landmark files of ../shared/models/own: their README says how they are laid out. */
import { readFileSync } from 'node:fs';
import { brotliDecompressSync } from 'node:zlib';
import { numberOfHalf } from '../../scripts/lib/models/half-precision.mjs';

const types = { '<f4': Float32Array, '<f2': Uint16Array, '<u2': Uint16Array, '|u1': Uint8Array };

/**
 * An ensemble of regression trees in the form that `packRefiner` takes; nothing is lost.
 *
 * @param {string} file
 * @returns {import('../../scripts/lib/models/refiner-file.mjs').Refiner}
 */
export function readEmolm(file) {
  const { head, arrays } = readArrays(readFileSync(file));
  const { landmarks, trees, leaves } = head;
  const coordinates = 2 * landmarks;
  const pixels = arrays.anchor.length / head.stages;
  const splits = trees * (leaves - 1);
  const components = arrays.basis.length / (head.stages * coordinates);
  const part = (array, stage, size) => array.subarray(stage * size, (stage + 1) * size);
  const stages = Array.from({ length: head.stages }, (_, stage) => {
    const pairs = part(arrays.pixels, stage, 2 * splits);
    const basis = part(arrays.basis, stage, coordinates * components);
    return {
      anchors: part(arrays.anchor, stage, pixels),
      offsets: part(arrays.delta, stage, 2 * pixels),
      first: pairs.filter((_, i) => i % 2 === 0),
      second: pairs.filter((_, i) => i % 2 === 1),
      thresholds: Array.from(part(arrays.thresholds, stage, splits), numberOfHalf),
      bias: part(arrays.bias, stage, coordinates),
      step: arrays.step[stage],
      basis: Uint16Array.from(
        basis,
        (_, i) => basis[(i % coordinates) * components + Math.floor(i / coordinates)],
      ),
      leaves: Array.from({ length: components }, (_, component) =>
        part(arrays.q, stage * components + component, trees * leaves),
      ),
    };
  });
  const haarToBox = head.haar_to_box;
  return { meanShape: arrays.init, haarToBox, pixels, trees, depth: Math.log2(leaves), stages };
}

function readArrays(bytes) {
  const headLength = bytes.readUInt32LE(8);
  const head = JSON.parse(bytes.toString('utf8', 12, 12 + headLength));
  const content = brotliDecompressSync(bytes.subarray(12 + headLength));
  const arrays = {};
  let at = 0;
  for (const [name, type, shape] of head.arrays) {
    const count = shape.reduce((product, size) => product * size, 1);
    if (type === 'planes') {
      arrays[name] = planes(content.subarray(at, at + 2 * count));
      at += 2 * count;
    } else {
      const size = types[type].BYTES_PER_ELEMENT * count;
      arrays[name] = new types[type](Uint8Array.from(content.subarray(at, at + size)).buffer);
      at += size;
    }
  }
  return { head, arrays };
}

/** All low bytes, then all high ones. */
function planes(bytes) {
  const count = bytes.length / 2;
  return Int16Array.from({ length: count }, (_, i) => (bytes.readInt8(count + i) << 8) | bytes[i]);
}
