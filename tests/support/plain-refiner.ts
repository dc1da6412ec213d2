import type { Refiner, RefinerStage } from '../../scripts/lib/models/refiner-file.mjs';
import { halfOf, numberOfHalf } from '../../scripts/lib/models/half-precision.mjs';
import { randomStream } from '../../src/common/random.js';

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

/** A small ensemble with random trees, the same ones for the same seed; of each stage 4 trees of 2^depth leaves. */
export function smallRefiner({ seed = 1, landmarks = 5, components = 3, depth = 2 } = {}): Refiner {
  const stream = randomStream(seed);
  const whole = (count: number): number => stream(count);
  const between = (least: number, most: number): number =>
    least + (stream(2 ** 20) / 2 ** 20) * (most - least);
  const many = <T>(count: number, make: () => T): T[] => Array.from({ length: count }, make);
  const [trees, pixels] = [4, 24];
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

/** What a stage adds to a shape, given the values of its feature pixels. */
type Adder = (stage: RefinerStage, values: readonly number[], shape: readonly number[]) => number[];

/** The refiner evaluated without haste. Sums are those of whole numbers, as in `src/native`, unless another adder is given. */
export class PlainRefiner {
  readonly #refiner: Refiner;
  readonly #add: Adder;

  constructor(refiner: Refiner, add: Adder = (...stage) => addedWhole(refiner, ...stage)) {
    this.#refiner = refiner;
    this.#add = add;
  }

  /** One fit in the Haar box. */
  fitBox(grey: Grey, box: readonly number[]): number[] {
    const [x = 0, y = 0, width = 0, height = 0] = box;
    const [right, down, share] = this.#refiner.haarToBox;
    const side = Math.fround(share) * width;
    return this.#fit(grey, {
      x: x + width * (0.5 + Math.fround(right)) - side / 2,
      y: y + height * (0.5 + Math.fround(down)) - side / 2,
      side,
    });
  }

  /** The mean of five fits around landmarks. */
  refine(grey: Grey, landmarks: ArrayLike<number>): number[] {
    const middle = squareAround(this.#refiner, Array.from(landmarks, Math.fround));
    const shift = 0.04 * middle.side;
    const moves = [[0, 0], [shift, 0], [-shift, 0], [0, shift], [0, -shift]] as const; // prettier-ignore
    const fits = moves.map(([dx, dy]) => this.#fit(grey, { ...middle, x: middle.x + dx, y: middle.y + dy }));
    return Array.from(landmarks, (_, i) => fits.reduce((sum, fit) => sum + (fit[i] ?? NaN), 0) / fits.length);
  }

  #fit(grey: Grey, square: Square): number[] {
    const mean = Array.from(this.#refiner.meanShape, Math.fround);
    let shape = mean;
    for (const stage of this.#refiner.stages) {
      shape = this.#add(stage, pixelsOf(stage, grey, square, shape, mean), shape);
    }
    return shape.map((value, i) => (i % 2 === 0 ? square.x : square.y) + square.side * value);
  }
}

/**
 * Sums as dlib and the reference have them: in single precision, tree by tree, what a stage adds in any case with its first
 * tree. Every addition is rounded, and a pixel may fall on its neighbour by that.
 */
export function singlePrecision(refiner: Refiner): Adder {
  const rows = new Map<RefinerStage, Map<number, Float32Array>>();
  return (stage, values, shape) => {
    const known = rows.get(stage) ?? new Map<number, Float32Array>();
    rows.set(stage, known);
    const sums = Float32Array.from(shape);
    leavesOf(refiner, stage, values).forEach((leaf, tree) => {
      let row = known.get(leaf);
      if (row === undefined) known.set(leaf, (row = rowOf(stage, leaf, tree === 0)));
      for (let i = 0; i < sums.length; i++) sums[i] = (sums[i] ?? NaN) + (row[i] ?? NaN);
    });
    return Array.from(sums);
  };
}

function rowOf(stage: RefinerStage, leaf: number, withBias: boolean): Float32Array {
  const row = new Float64Array(stage.bias.length);
  const basis = halvesOf(stage);
  stage.leaves.forEach((component, k) => {
    const factor = (component[leaf] ?? NaN) * Math.fround(stage.step);
    for (let i = 0; i < row.length; i++) row[i] = (row[i] ?? 0) + factor * (basis[k * row.length + i] ?? NaN);
  });
  const rounded = Float32Array.from(row);
  return withBias ? rounded.map((value, i) => value + Math.fround(stage.bias[i] ?? NaN)) : rounded;
}

const numbers = new WeakMap<RefinerStage, Float64Array>();

/** The basis as numbers. */
function halvesOf(stage: RefinerStage): Float64Array {
  const known = numbers.get(stage) ?? Float64Array.from(stage.basis, numberOfHalf);
  numbers.set(stage, known);
  return known;
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
function addedWhole(
  refiner: Refiner,
  stage: RefinerStage,
  values: readonly number[],
  shape: readonly number[],
): number[] {
  const sums = stage.leaves.map(() => 0);
  for (const leaf of leavesOf(refiner, stage, values)) {
    stage.leaves.forEach((component, i) => (sums[i] = (sums[i] ?? 0) + (component[leaf] ?? NaN)));
  }
  const basis = halvesOf(stage);
  return shape.map((value, i) =>
    sums.reduce(
      (total, sum, component) =>
        total + sum * Math.fround(stage.step) * (basis[component * shape.length + i] ?? NaN),
      value + Math.fround(stage.bias[i] ?? NaN),
    ),
  );
}

/** The leaf of every tree that the pixels lead to. */
function leavesOf({ trees, depth }: Refiner, stage: RefinerStage, values: readonly number[]): number[] {
  const inner = 2 ** depth - 1;
  return Array.from({ length: trees }, (_, tree) => {
    let node = 0;
    while (node < inner) {
      const split = tree * inner + node;
      const [one = NaN, other = NaN] = [stage.first[split], stage.second[split]].map((i) => values[i ?? -1]);
      node = 2 * node + (one - other > (stage.thresholds[split] ?? NaN) ? 1 : 2);
    }
    return tree * (inner + 1) + node - inner;
  });
}
