import type { Refiner, RefinerStage } from '../../scripts/lib/refiner-file.mjs';
import { halfOf, numberOfHalf } from '../../scripts/lib/half-precision.mjs';
import { randomStream } from '../../src/training/random.js';

/** A grey picture: rows top to bottom without padding, 8 bits a pixel. */
export interface Grey {
  pixels: Uint8Array;
  width: number;
  height: number;
}

/** Where the unit square lies in a picture: upper left corner and side, pixels. */
interface Square {
  x: number;
  y: number;
  side: number;
}

/** A small ensemble with random trees, the same ones for the same seed; of each stage 4 trees of 4 leaves. */
export function smallRefiner({ seed = 1, landmarks = 5, components = 3 } = {}): Refiner {
  const stream = randomStream(seed);
  const whole = (count: number): number => stream(count);
  const between = (least: number, most: number): number =>
    least + (stream(2 ** 20) / 2 ** 20) * (most - least);
  const many = <T>(count: number, make: () => T): T[] => Array.from({ length: count }, make);
  const [trees, depth, pixels] = [4, 2, 24];
  const splits = trees * (2 ** depth - 1);
  const halves = (count: number, most: number) =>
    Uint16Array.from(many(count, () => halfOf(between(-most, most))));
  return {
    pixels,
    trees,
    depth,
    meanShape: many(2 * landmarks, () => between(0.1, 0.9)),
    haarToBox: [0.01, 0.05, 0.9],
    stages: many(3, () => ({
      anchors: many(pixels, () => whole(landmarks)),
      offsets: halves(2 * pixels, 0.9),
      first: many(splits, () => whole(pixels)),
      second: many(splits, () => whole(pixels)),
      thresholds: many(splits, () => whole(61) - 30),
      bias: many(2 * landmarks, () => between(-0.02, 0.02)),
      step: 1e-4,
      basis: halves(2 * landmarks * components, 0.6),
      // The first component needs more than eight bits, and low bits of its own.
      leaves: many(components, () => 0).map((_, i) =>
        many(trees * 2 ** depth, () => whole(i === 0 ? 1201 : 41) - (i === 0 ? 600 : 20)),
      ),
    })),
  };
}

/** The five fits of the refiner and their mean, as `src/native/refiner_fit.h` says, from one fit in the Haar box. */
export function fitPlainly(refiner: Refiner, grey: Grey, box: readonly number[]): number[] {
  const [x = 0, y = 0, width = 0, height = 0] = box;
  const [right, down, share] = refiner.haarToBox;
  const side = Math.fround(share) * width;
  const first = fitOnce(refiner, grey, {
    x: x + width * (0.5 + Math.fround(right)) - side / 2,
    y: y + height * (0.5 + Math.fround(down)) - side / 2,
    side,
  });
  const middle = squareAround(refiner, first.map(Math.fround));
  const shift = 0.04 * middle.side;
  const moves = [[0, 0], [shift, 0], [-shift, 0], [0, shift], [0, -shift]] as const; // prettier-ignore
  const fits = moves.map(([dx, dy]) =>
    fitOnce(refiner, grey, { ...middle, x: middle.x + dx, y: middle.y + dy }),
  );
  return first.map((_, i) => fits.reduce((sum, fit) => sum + (fit[i] ?? NaN), 0) / fits.length);
}

function squareAround(refiner: Refiner, landmarks: readonly number[]): Square {
  const mean = Array.from(refiner.meanShape, Math.fround);
  const [fitted, usual] = [extentOf(landmarks), extentOf(mean)];
  const side = Math.sqrt(fitted.size / usual.size);
  return { x: fitted.x - side * usual.x, y: fitted.y - side * usual.y, side };
}

/** Centroid, and the sum of the squared distances from it. */
function extentOf(shape: readonly number[]): { x: number; y: number; size: number } {
  const mean = (axis: number) =>
    (shape.reduce((sum, value, i) => sum + (i % 2 === axis ? value : 0), 0) * 2) / shape.length;
  const [x, y] = [mean(0), mean(1)];
  return { x, y, size: shape.reduce((sum, value, i) => sum + (value - (i % 2 === 0 ? x : y)) ** 2, 0) };
}

function fitOnce(refiner: Refiner, grey: Grey, square: Square): number[] {
  const mean = Array.from(refiner.meanShape, Math.fround);
  let shape = mean;
  for (const stage of refiner.stages) {
    const values = pixelsOf(stage, grey, square, shape, mean);
    shape = added(refiner, stage, values, shape);
  }
  return shape.map((value, i) => (i % 2 === 0 ? square.x : square.y) + square.side * value);
}

/** The nearest pixel of every feature pixel, 0 outside of the picture. */
function pixelsOf(
  stage: RefinerStage,
  { pixels, width, height }: Grey,
  square: Square,
  shape: readonly number[],
  mean: readonly number[],
): number[] {
  const [from, to] = [extentOf(mean), extentOf(shape)];
  let [dot, cross] = [0, 0];
  for (let i = 0; i < shape.length; i += 2) {
    const [a, b] = [(mean[i] ?? 0) - from.x, (mean[i + 1] ?? 0) - from.y];
    const [x, y] = [(shape[i] ?? 0) - to.x, (shape[i + 1] ?? 0) - to.y];
    dot += (a * x + b * y) / from.size;
    cross += (a * y - b * x) / from.size;
  }
  return Array.from(stage.anchors, (anchor, i) => {
    const [dx, dy] = [stage.offsets[2 * i], stage.offsets[2 * i + 1]].map((bits) => numberOfHalf(bits ?? 0));
    const x = dot * (dx ?? 0) - cross * (dy ?? 0) + (shape[2 * anchor] ?? 0);
    const y = cross * (dx ?? 0) + dot * (dy ?? 0) + (shape[2 * anchor + 1] ?? 0);
    const column = Math.floor(square.x + square.side * x + 0.5);
    const row = Math.floor(square.y + square.side * y + 0.5);
    const inside = column >= 0 && row >= 0 && column < width && row < height;
    return inside ? (pixels[row * width + column] ?? NaN) : 0;
  });
}

/** The shape with what the stage adds to it: its bias, and of every tree the leaf that the pixels lead to. */
function added(
  { trees, depth }: Refiner,
  stage: RefinerStage,
  values: readonly number[],
  shape: readonly number[],
): number[] {
  const inner = 2 ** depth - 1;
  const sums = stage.leaves.map(() => 0);
  for (let tree = 0; tree < trees; tree++) {
    let node = 0;
    while (node < inner) {
      const split = tree * inner + node;
      const [one = NaN, other = NaN] = [stage.first[split], stage.second[split]].map((i) => values[i ?? -1]);
      node = 2 * node + (one - other > (stage.thresholds[split] ?? NaN) ? 1 : 2);
    }
    const leaf = tree * (inner + 1) + node - inner;
    stage.leaves.forEach((component, i) => (sums[i] = (sums[i] ?? 0) + (component[leaf] ?? NaN)));
  }
  return shape.map((value, i) =>
    sums.reduce(
      (total, sum, component) =>
        total + sum * Math.fround(stage.step) * numberOfHalf(stage.basis[component * shape.length + i] ?? 0),
      value + Math.fround(stage.bias[i] ?? NaN),
    ),
  );
}
