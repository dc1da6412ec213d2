import { mirrorableLandmarks, mirrorPartner } from './landmark-mirror.js';

/** Landmarks of the left half of the picture, by pairs with the right half, and those in the middle. */
const landmarks = [...mirrorPartner.keys()];
const pairs = landmarks.filter((landmark) => partnerOf(landmark) > landmark);
const middle = landmarks.filter((landmark) => partnerOf(landmark) === landmark);

/** Below this share of the reference's extent a face has no extent to fit. */
const leastDeterminant = 1e-9;

/**
 * A face laid over the mean face by the affine map with the smallest squared error, which undoes tilt, turn (to first order) and
 * the stretch of the normalisation; then averaged with its own mirror image, which halves the noise of the landmarks. A face and
 * its mirror image become the same row.
 *
 * The features: x, y of one landmark of each pair, then y of those in the middle, in units of the mean face's root-mean-square
 * radius, from its centre.
 */
export class SymmetricLandmarks {
  /** Features that come out. */
  static readonly count = 2 * pairs.length + middle.length;
  /** Features that go in: 68 landmarks. */
  static readonly inputs = 2 * mirrorableLandmarks;

  /** What each feature is: `x36/45` of the landmarks 36 and 45, `y8` of the landmark 8, … */
  static readonly names: readonly string[] = [
    ...pairs.flatMap((landmark) => ['x', 'y'].map((axis) => `${axis}${landmark}/${partnerOf(landmark)}`)),
    ...middle.map((landmark) => `y${landmark}`),
  ];

  readonly #reference: Float64Array;

  /** @param reference the mean face as {@link meanFace} gives it: 136 numbers, centred. */
  constructor(reference: ArrayLike<number>) {
    this.#reference = Float64Array.from(reference);
  }

  /**
   * @param face x0, y0, x1, y1, …: 136 numbers in any affine frame. Of a face without extent the mean face comes out.
   * @param out where the features are put; room for {@link count}.
   */
  apply(face: ArrayLike<number>, out: Float64Array): void {
    const fitted = this.#fit(face);
    let next = 0;
    for (const landmark of pairs) {
      const partner = partnerOf(landmark);
      out[next++] = (at(fitted, 2 * landmark) - at(fitted, 2 * partner)) / 2;
      out[next++] = (at(fitted, 2 * landmark + 1) + at(fitted, 2 * partner + 1)) / 2;
    }
    for (const landmark of middle) out[next++] = at(fitted, 2 * landmark + 1);
  }

  /** The affine map of least squares: the 2×2 normal equations of centred points. */
  #fit(face: ArrayLike<number>): Float64Array {
    const reference = this.#reference;
    const [centreX, centreY] = centreOf(face);
    const sums = { xx: 0, xy: 0, yy: 0, xu: 0, xv: 0, yu: 0, yv: 0 };
    for (let i = 0; i < reference.length; i += 2) {
      const [x, y] = [at(face, i) - centreX, at(face, i + 1) - centreY];
      const [u, v] = [at(reference, i), at(reference, i + 1)];
      sums.xx += x * x;
      sums.xy += x * y;
      sums.yy += y * y;
      sums.xu += x * u;
      sums.xv += x * v;
      sums.yu += y * u;
      sums.yv += y * v;
    }
    const { xx, xy, yy } = sums;
    const determinant = xx * yy - xy * xy;
    if (!(determinant > leastDeterminant * (xx + yy) ** 2)) return reference;
    const solve = (bx: number, by: number) => [
      (yy * bx - xy * by) / determinant,
      (xx * by - xy * bx) / determinant,
    ];
    const [ux = 0, uy = 0] = solve(sums.xu, sums.yu);
    const [vx = 0, vy = 0] = solve(sums.xv, sums.yv);
    const fitted = new Float64Array(reference.length);
    for (let i = 0; i < fitted.length; i += 2) {
      const [x, y] = [at(face, i) - centreX, at(face, i + 1) - centreY];
      fitted[i] = ux * x + uy * y;
      fitted[i + 1] = vx * x + vy * y;
    }
    return fitted;
  }
}

/**
 * The mean of faces and their mirror images, centred, with a root-mean-square radius of 1.
 *
 * @param features rows of 136 normalised coordinates, one behind the other; at least one row.
 * @returns 136 numbers, rounded to 5 decimals; all 0 if no face has any extent.
 */
export function meanFace(features: ArrayLike<number>): number[] {
  const inputs = SymmetricLandmarks.inputs;
  const sum = new Float64Array(inputs);
  for (let i = 0; i < features.length; i++) sum[i % inputs] = at(sum, i % inputs) + at(features, i);
  const [, centreY] = centreOf(sum);
  const mean = new Float64Array(inputs);
  for (let landmark = 0; landmark < mirrorableLandmarks; landmark++) {
    const partner = partnerOf(landmark);
    mean[2 * landmark] = (at(sum, 2 * landmark) - at(sum, 2 * partner)) / 2;
    mean[2 * landmark + 1] = (at(sum, 2 * landmark + 1) + at(sum, 2 * partner + 1)) / 2 - centreY;
  }
  const radius =
    Math.sqrt(mean.reduce((total, value) => total + value * value, 0) / mirrorableLandmarks) || 1;
  return Array.from(mean, (value) => Math.round((1e5 * value) / radius) / 1e5);
}

function centreOf(points: ArrayLike<number>): [x: number, y: number] {
  let x = 0;
  let y = 0;
  for (let i = 0; i + 1 < points.length; i += 2) {
    x += at(points, i);
    y += at(points, i + 1);
  }
  return [(2 * x) / points.length, (2 * y) / points.length];
}

function partnerOf(landmark: number): number {
  return mirrorPartner[landmark] ?? landmark;
}

function at(values: ArrayLike<number>, index: number): number {
  return values[index] ?? 0;
}
