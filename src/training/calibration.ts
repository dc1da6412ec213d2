import { Type, type Static } from 'typebox';
import { choleskyFactor, solveCholesky } from './linear-algebra.js';

/** How a forest's shares become probabilities that can be believed, and from which one on an emotion is named. */
export const calibrationDeclaration = Type.Object({
  /** What the logarithms of the shares are multiplied with. */
  slope: Type.Number({ minimum: 0, maximum: 100 }),
  /** What is then added, a number a class. */
  offsets: Type.Array(Type.Number({ minimum: -100, maximum: 100 }), { maxItems: 255 }),
  /** An emotion less probable than this is not sure. */
  sure: Type.Number({ minimum: 0, maximum: 1 }),
});

export type Calibration = Static<typeof calibrationDeclaration>;

/** Shares below this count as this much: a few hundred trees cannot tell less. */
const leastShare = 1e-3;

/**
 * Probabilities from a forest's shares: temperature scaling with a bias a class (Guo et al. 2017; Platt 1999 for two classes).
 *
 * @param shares mean shares of the classes; they sum to 1.
 * @returns probabilities; they sum to 1.
 */
export function calibrate({ slope, offsets }: Calibration, shares: ArrayLike<number>): Float64Array {
  // Loops, here and in what else every face goes through: typed arrays' methods that call back are several times slower.
  const result = new Float64Array(shares.length);
  let largest = -Infinity;
  for (let i = 0; i < result.length; i++) {
    const score = slope * logShare(shares[i] ?? 0) + (offsets[i] ?? 0);
    result[i] = score;
    if (score > largest) largest = score;
  }
  let sum = 0;
  for (let i = 0; i < result.length; i++) {
    const power = Math.exp((result[i] ?? 0) - largest);
    result[i] = power;
    sum += power;
  }
  for (let i = 0; i < result.length; i++) result[i] = (result[i] ?? 0) / sum;
  return result;
}

/** Predictions of rows that were not trained on. */
export interface HeldPredictions {
  /** `classes` shares a row. */
  shares: Float64Array;
  /** What is true of each row: `classes` probabilities, one of them 1, or shared where no class fits. */
  truths: Float64Array;
  /** What each row counts. */
  weights: Float64Array;
  classes: number;
}

/**
 * Finds slope and offsets with the smallest weighted log-loss, by Newton's method.
 *
 * @returns both rounded to 4 decimals.
 */
export function fitCalibration(held: HeldPredictions): Omit<Calibration, 'sure'> {
  const { classes } = held;
  // The first class's offset stays 0: only differences matter.
  let parameters = new Float64Array(classes);
  parameters[0] = 1;
  for (let step = 0; step < 25; step++) {
    const { gradient, curvature } = derivatives(held, parameters);
    const change = solveCholesky(choleskyFactor(curvature, classes), gradient);
    parameters = parameters.map((value, i) => value - (change[i] ?? 0));
    if (change.every((value) => Math.abs(value) < 1e-6)) break;
  }
  const rounded = Array.from(parameters, (value) => Math.round(1e4 * value) / 1e4);
  return { slope: Math.max(0, rounded[0] ?? 1), offsets: [0, ...rounded.slice(1)] };
}

/** Of the weighted log-loss by slope (first) and offsets of the classes from the second on. */
function derivatives(
  { shares, truths, weights, classes }: HeldPredictions,
  parameters: Float64Array,
): { gradient: Float64Array; curvature: Float64Array } {
  // A penalty as if one row spoke for leaving the shares as they are: a few faultless rows prove nothing.
  const gradient = parameters.map((value, i) => value - Number(i === 0));
  const curvature = new Float64Array(classes * classes);
  for (let i = 0; i < classes; i++) curvature[i * (classes + 1)] = 1;
  const model = { slope: parameters[0] ?? 1, offsets: [0, ...parameters.subarray(1)], sure: 0 };
  weights.forEach((weight, row) => {
    const own = shares.subarray(row * classes, (row + 1) * classes);
    const logs = Array.from(own, logShare);
    const said = calibrate(model, own);
    const meanLog = said.reduce((sum, p, i) => sum + p * (logs[i] ?? 0), 0);
    // Derivative of each class's score by each parameter, less its mean over what is said.
    const slopes = Array.from(logs, (log, k) =>
      Float64Array.from(said, (p, i) => (i === 0 ? log - meanLog : Number(k === i) - p)),
    );
    for (let k = 0; k < classes; k++) {
      const truth = truths[row * classes + k] ?? 0;
      const by = slopes[k] ?? new Float64Array(classes);
      for (let i = 0; i < classes; i++) {
        gradient[i] = (gradient[i] ?? 0) - weight * truth * (by[i] ?? 0);
        for (let j = 0; j <= i; j++) {
          const place = i * classes + j;
          curvature[place] = (curvature[place] ?? 0) + weight * (said[k] ?? 0) * (by[i] ?? 0) * (by[j] ?? 0);
        }
      }
    }
  });
  return { gradient, curvature };
}

function logShare(share: number): number {
  return Math.log(Math.max(leastShare, share));
}
