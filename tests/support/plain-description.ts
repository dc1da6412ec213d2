import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from './checkout.js';

/** The description of a face evaluated as its method says, number by number, in double precision and without any of the core's shortcuts. */

const side = 96;
const cells = 8;
const cell = side / cells;
const most = 0.2;

export interface GreyPicture {
  pixels: Uint8Array;
  width: number;
  height: number;
}

/** Which landmarks lie where on the laid mean face, and the landmarks that are described, as the core has them. */
const source = {
  crop: readFileSync(join(projectRoot, 'src/native/description/face_crop.cpp'), 'utf8'),
  descriptors: readFileSync(join(projectRoot, 'src/native/description/face_descriptors.h'), 'utf8'),
};
const anchors = [...source.crop.matchAll(/\.landmark = (\d+), \.x = ([\d.]+)F, \.y = ([\d.]+)F/g)].map(
  ([, landmark, x, y]) => [Number(landmark), Number(x), Number(y)] as const,
);
const described = (/kLandmarks = std::to_array<int>\(\s*\{([\d,\s]+)\}\)/.exec(source.descriptors)?.[1] ?? '')
  .split(',')
  .map(Number);
const pairs = Number(/kPairs = (\d+)/.exec(source.descriptors)?.[1]);

/** The picture and its landmarks in a mirror. */
export function mirrored(
  { pixels, width, height }: GreyPicture,
  landmarks: ArrayLike<number>,
  partner: ReadonlyMap<number, number>,
): [GreyPicture, number[]] {
  const turned = pixels.slice();
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) turned[y * width + x] = pixels[y * width + width - 1 - x] ?? 0;
  const points = Array.from({ length: landmarks.length }, (_, i) => {
    const other = 2 * (partner.get(i >> 1) ?? i >> 1);
    return i % 2 === 0 ? width - 1 - (landmarks[other] ?? 0) : (landmarks[other + 1] ?? 0);
  });
  return [{ pixels: turned, width, height }, points];
}

/** @returns the 3,744 numbers, in the core's units, not rounded. */
export function plainDescription(picture: GreyPicture, landmarks: ArrayLike<number>): number[] {
  const { grey, points } = laid(picture, landmarks);
  const gradients = gradientsOf(grey);
  const numbers = [...gridOf(gradients), ...neighbourhoodsOf(gradients, points)];
  return averaged(numbers);
}

function laid({ pixels, width, height }: GreyPicture, landmarks: ArrayLike<number>) {
  const at = (i: number) => [landmarks[2 * i] ?? NaN, landmarks[2 * i + 1] ?? NaN] as const;
  const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [u, v] = [mean(anchors.map(([, x]) => x)), mean(anchors.map(([, , y]) => y))];
  const [cx, cy] = [mean(anchors.map(([i]) => at(i)[0])), mean(anchors.map(([i]) => at(i)[1]))];
  let [along, across, extent] = [0, 0, 0];
  for (const [i, ax, ay] of anchors) {
    const [zx, zy, wx, wy] = [ax - u, ay - v, at(i)[0] - cx, at(i)[1] - cy];
    along += zx * wx + zy * wy;
    across += zx * wy - zy * wx;
    extent += zx * zx + zy * zy;
  }
  const [a, b] = [along / extent, across / extent];
  const toPicture = (x: number, y: number) =>
    [a * (x - u) - b * (y - v) + cx, b * (x - u) + a * (y - v) + cy] as const;
  const scale = Math.hypot(a, b);
  const block = Math.max(1, Math.floor(scale));
  const pixel = (x: number, y: number) =>
    pixels[Math.min(Math.max(y, 0), height - 1) * width + Math.min(Math.max(x, 0), width - 1)] ?? 0;
  const blockMean = (column: number, row: number) => {
    let sum = 0;
    for (let i = 0; i < block * block; i++)
      sum += pixel(column * block + (i % block), row * block + Math.floor(i / block));
    return sum / block ** 2;
  };
  const sample = (px: number, py: number) => {
    const [x, y] = [(px + 0.5) / block - 0.5, (py + 0.5) / block - 0.5];
    const [column, row] = [Math.floor(x), Math.floor(y)];
    const [right, down] = [x - column, y - row];
    return (
      (1 - down) * ((1 - right) * blockMean(column, row) + right * blockMean(column + 1, row)) +
      down * ((1 - right) * blockMean(column, row + 1) + right * blockMean(column + 1, row + 1))
    );
  };
  const offsets = scale / block >= 1.2 ? [-0.25, 0.25] : [0];
  const grey = Array.from({ length: side * side }, (_, i) =>
    mean(
      offsets.flatMap((dy) =>
        offsets.map((dx) => sample(...toPicture((i % side) + dx, Math.floor(i / side) + dy))),
      ),
    ),
  );
  const points = Array.from({ length: 68 }, (_, i) => {
    const [x, y] = [at(i)[0] - cx, at(i)[1] - cy];
    return [u + (a * x + b * y) / scale ** 2, v + (a * y - b * x) / scale ** 2] as const;
  });
  return { grey, points };
}

interface Gradient {
  x: number;
  y: number;
  length: number;
  angle: number;
}

function gradientsOf(grey: readonly number[]): Gradient[] {
  const at = (x: number, y: number) =>
    grey[Math.min(Math.max(y, 0), side - 1) * side + Math.min(Math.max(x, 0), side - 1)] ?? 0;
  return grey.map((_, i) => {
    const [x, y] = [i % side, Math.floor(i / side)];
    const [dx, dy] = [at(x + 1, y) - at(x - 1, y), at(x, y + 1) - at(x, y - 1)];
    return { x, y, length: Math.hypot(dx, dy), angle: (Math.atan2(dy, dx) + 2 * Math.PI) % (2 * Math.PI) };
  });
}

/** Shares a value between the two nearest of some bins on a circle. */
function share(into: number[], first: number, bins: number, angle: number, value: number): void {
  const place = (angle / (2 * Math.PI)) * bins;
  const [before, part] = [Math.floor(place), place - Math.floor(place)];
  into[first + (before % bins)] = (into[first + (before % bins)] ?? 0) + value * (1 - part);
  into[first + ((before + 1) % bins)] = (into[first + ((before + 1) % bins)] ?? 0) + value * part;
}

function gridOf(gradients: readonly Gradient[]): number[] {
  const histograms = Array.from({ length: cells * cells }, () => Array.from<number>({ length: 18 }).fill(0));
  for (const { x, y, length, angle } of gradients) {
    for (let row = 0; row < cells; row++) {
      for (let column = 0; column < cells; column++) {
        const near = (at: number, centre: number) => Math.max(0, 1 - Math.abs(at + 0.5 - centre) / cell);
        const weight = near(x, (column + 0.5) * cell) * near(y, (row + 0.5) * cell);
        if (weight > 0) share(histograms[row * cells + column] ?? [], 0, 18, angle, weight * length);
      }
    }
  }
  const both = (histogram: readonly number[], i: number) => (histogram[i] ?? 0) + (histogram[i + 9] ?? 0);
  const energy = (row: number, column: number) => {
    const [r, c] = [Math.min(Math.max(row, 0), cells - 1), Math.min(Math.max(column, 0), cells - 1)];
    const histogram = histograms[r * cells + c] ?? [];
    return Array.from({ length: 9 }, (_, i) => both(histogram, i) ** 2).reduce(
      (sum, value) => sum + value,
      0,
    );
  };
  return histograms.flatMap((histogram, i) => {
    const [row, column] = [Math.floor(i / cells), i % cells];
    const norms = [-1, 1].flatMap((down) =>
      [-1, 1].map((right) =>
        Math.sqrt(
          energy(row, column) +
            energy(row + down, column) +
            energy(row, column + right) +
            energy(row + down, column + right) +
            cell ** 2 / 4,
        ),
      ),
    );
    const cut = (value: number, norm: number) => Math.min(value / norm, most);
    const sumOf = (value: number) => norms.reduce((sum, norm) => sum + cut(value, norm), 0) / 2;
    return [
      ...histogram.map(sumOf),
      ...Array.from({ length: 9 }, (_, k) => sumOf(both(histogram, k))),
      ...norms.map((norm) => 0.2357 * histogram.reduce((sum, value) => sum + cut(value, norm), 0)),
    ];
  });
}

function neighbourhoodsOf(
  gradients: readonly Gradient[],
  points: readonly (readonly [number, number])[],
): number[] {
  return described.flatMap((landmark) => {
    const [px, py] = points[landmark] ?? [NaN, NaN];
    const numbers = Array.from({ length: 16 }, (_, place) => {
      const nearest = (at: number) => Math.floor(Math.min(Math.max(at, 0), side - 1) + 0.5);
      const [x, y] = [nearest(px + ((place % 4) - 1.5) * 5), nearest(py + (Math.floor(place / 4) - 1.5) * 5)];
      const directions = Array.from<number>({ length: 8 }).fill(0);
      for (const gradient of gradients)
        if (Math.abs(gradient.x - x) <= 3 && Math.abs(gradient.y - y) <= 3)
          share(directions, 0, 8, gradient.angle, gradient.length);
      return directions;
    }).flat();
    const unit = (values: number[]) => {
      const norm = Math.sqrt(values.reduce((sum, value) => sum + value ** 2, 1e-6));
      return values.map((value) => value / norm);
    };
    return unit(unit(numbers).map((value) => Math.min(value, most)));
  });
}

/** The mean of each number and of what stands for it in the mirror; one of both. */
function averaged(numbers: readonly number[]): number[] {
  const grid = cells * cells * 31;
  const gridMirror = (index: number) => {
    const [number, row, column] = [
      index % 31,
      Math.floor(index / 31 / cells),
      Math.floor(index / 31) % cells,
    ];
    const turned =
      number < 18
        ? (27 - number) % 18
        : number < 27
          ? 18 + ((9 - (number - 18)) % 9)
          : ([28, 27, 30, 29][number - 27] ?? NaN);
    return (row * cells + cells - 1 - column) * 31 + turned;
  };
  const placeMirror = (index: number) => {
    const [which, rest] = [Math.floor(index / 128), index % 128];
    const [row, column, direction] = [Math.floor(rest / 32), Math.floor(rest / 8) % 4, rest % 8];
    const partner = which >= 2 * pairs ? which : which % 2 === 0 ? which + 1 : which - 1;
    return partner * 128 + row * 32 + (3 - column) * 8 + ((12 - direction) % 8);
  };
  return numbers.flatMap((number, i) => {
    const mirror = i < grid ? gridMirror(i) : grid + placeMirror(i - grid);
    if (mirror < i) return [];
    const units = i < grid && i % 31 >= 27 ? 256 : 512;
    return [Math.min(255, (units * (number + (numbers[mirror] ?? NaN))) / 2)];
  });
}
