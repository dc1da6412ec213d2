import { describe, expect, test } from 'vitest';
import { mirrorPartner } from '../../src/emotion/transforms/landmark-mirror.js';
import { meanFace, SymmetricLandmarks } from '../../src/emotion/transforms/symmetric-landmarks.js';
import { normalizedFeatures } from '../../src/vision/features.js';
import { faceRows, rowOf as rowAt } from '../support/face-rows.js';

/** Landmarks moved by the affine map `[a b; c d]` and a shift. */
function mapped(face: ArrayLike<number>, [a, b, c, d]: [number, number, number, number]): Float32Array {
  const out = new Float32Array(face.length);
  for (let i = 0; i < face.length; i += 2) {
    const [x = 0, y = 0] = [face[i], face[i + 1]];
    out[i] = a * x + b * y + 40;
    out[i + 1] = c * x + d * y - 7;
  }
  return out;
}

function mirrored(face: ArrayLike<number>): Float32Array {
  const out = new Float32Array(face.length);
  mirrorPartner.forEach((partner, landmark) => {
    out[2 * landmark] = 200 - (face[2 * partner] ?? 0);
    out[2 * landmark + 1] = face[2 * partner + 1] ?? 0;
  });
  return out;
}

function rowOf(transform: SymmetricLandmarks, face: ArrayLike<number>): Float64Array {
  const out = new Float64Array(SymmetricLandmarks.count);
  transform.apply(face, out);
  return out;
}

function furthest(one: Float64Array, other: Float64Array): number {
  return one.reduce((most, value, i) => Math.max(most, Math.abs(value - (other[i] ?? NaN))), 0);
}

test('mirroring twice leaves every landmark where it was, and swaps left and right corners of eyes and mouth', () => {
  expect(mirrorPartner.map((partner) => mirrorPartner[partner])).toEqual([...mirrorPartner.keys()]);
  const known: [number, number][] = [
    ...([
      [0, 16],
      [8, 8],
      [17, 26],
      [21, 22],
      [27, 27],
      [30, 30],
      [31, 35],
      [33, 33],
    ] as [number, number][]),
    ...([
      [36, 45],
      [37, 44],
      [39, 42],
      [40, 47],
      [41, 46],
      [48, 54],
      [51, 51],
    ] as [number, number][]),
    ...([
      [55, 59],
      [57, 57],
      [60, 64],
      [62, 62],
      [65, 67],
      [66, 66],
    ] as [number, number][]),
  ];
  for (const [landmark, partner] of known) expect(mirrorPartner[landmark]).toBe(partner);
});

describe('Faces laid over their mean', () => {
  const { dataset } = faceRows();
  const rows = Array.from({ length: dataset.rows }, (_, row) => rowAt(dataset, row));
  const faces = rows.map((row) => row.map((value) => 150 * value));
  const transform = new SymmetricLandmarks(meanFace(dataset.features));

  test('are the same row when tilted, stretched, sheared or mirrored', () => {
    const [cos, sin] = [Math.cos(0.3), Math.sin(0.3)];
    for (const face of faces.slice(0, 40)) {
      const straight = rowOf(transform, normalizedFeatures(Float32Array.from(face)));
      const variants = [
        mapped(face, [cos, -sin, sin, cos]),
        mapped(face, [1.7, 0, 0, 0.8]),
        mapped(face, [1, 0.2, 0, 1]),
        mirrored(face),
      ];
      for (const variant of variants) {
        expect(furthest(rowOf(transform, normalizedFeatures(variant)), straight)).toBeLessThan(1e-4);
      }
    }
  });

  test('are told apart by their expression', () => {
    const smiling = rowOf(transform, rows[0] ?? []);
    const lifted = Float64Array.from(rows[0] ?? []);
    for (const corner of [48, 54]) lifted[2 * corner + 1] = (lifted[2 * corner + 1] ?? 0) - 0.05;
    expect(furthest(rowOf(transform, lifted), smiling)).toBeGreaterThan(0.05);
  });
});

describe('A face without extent', () => {
  const reference = meanFace(Array.from({ length: 136 }, (_, i) => Math.sin(i * i)));
  const transform = new SymmetricLandmarks(reference);
  const meanRow = rowOf(transform, reference);

  test.each([
    ['all points in one place', new Float64Array(136)],
    ['all points in a line', Float64Array.from({ length: 136 }, (_, i) => Math.floor(i / 2))],
    ['points that are no numbers', new Float64Array(136).fill(NaN)],
  ])('%s: the mean face, and nothing that is not finite', (_, face) => {
    expect(furthest(rowOf(transform, face), meanRow)).toBeLessThan(1e-9);
  });

  test('gives a mean face without extent, not one of NaN', () => {
    expect(meanFace(new Float64Array(136)).every((value) => value === 0)).toBe(true);
  });
});
