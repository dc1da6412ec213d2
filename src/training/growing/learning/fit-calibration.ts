import { setImmediate as nextTurn } from 'node:timers/promises';
import { calibrate, logShare, type Calibration } from '../../../emotion/calibration.js';
import { choleskyFactor, solveCholesky } from './linear-algebra.js';

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

/** Below this change of every parameter the search is at its end. */
const leastChange = 1e-6;

/**
 * Finds slope and offsets with the smallest weighted log-loss, by Newton's method with steps halved until the loss falls. Gives way to
 * other work between steps.
 *
 * @returns both rounded to 4 decimals.
 * @throws the signal's reason if it is aborted.
 */
export async function fitCalibration(
  held: HeldPredictions,
  signal?: AbortSignal,
): Promise<Omit<Calibration, 'sure'>> {
  // Slope, then the offsets from the second class on: only differences matter, so the first one's stays 0.
  let parameters = new Float64Array(held.classes);
  parameters[0] = 1;
  let loss = lossOf(held, parameters);
  for (let step = 0; step < 50; step++) {
    await nextTurn();
    signal?.throwIfAborted();
    const { gradient, curvature } = derivatives(held, parameters);
    const change = solveCholesky(choleskyFactor(curvature, held.classes), gradient);
    const better = stepAlong(held, parameters, change, loss);
    if (better === undefined) break;
    ({ parameters, loss } = better);
    if (change.every((value) => Math.abs(value) < leastChange)) break;
  }
  const rounded = Array.from(parameters, (value) => Math.round(1e4 * value) / 1e4);
  return { slope: rounded[0] ?? 1, offsets: [0, ...rounded.slice(1)] };
}

/**
 * The whole step, or the half, a quarter, … of it, whichever lowers the loss first. Far from the minimum a whole one can lead to
 * where every face is called the same.
 */
function stepAlong(
  held: HeldPredictions,
  from: Float64Array<ArrayBuffer>,
  change: Float64Array,
  loss: number,
): { parameters: Float64Array<ArrayBuffer>; loss: number } | undefined {
  for (let share = 1; share > 1e-9; share /= 2) {
    const parameters = from.map((value, i) => value - share * (change[i] ?? 0));
    // A negative slope would turn what the forest says round.
    parameters[0] = Math.max(0, parameters[0] ?? 0);
    const reached = lossOf(held, parameters);
    if (reached < loss) return { parameters, loss: reached };
  }
  return undefined;
}

/** Weighted log-loss, with a penalty as if one row spoke for leaving the shares as they are: a few faultless rows prove nothing. */
function lossOf({ shares, truths, weights, classes }: HeldPredictions, parameters: Float64Array): number {
  let loss = 0;
  parameters.forEach((value, i) => (loss += (value - Number(i === 0)) ** 2 / 2));
  const model = modelOf(parameters);
  weights.forEach((weight, row) => {
    const said = calibrate(model, shares.subarray(row * classes, (row + 1) * classes));
    for (let k = 0; k < classes; k++) {
      const truth = truths[row * classes + k] ?? 0;
      if (truth > 0) loss -= weight * truth * Math.log(Math.max(Number.MIN_VALUE, said[k] ?? 0));
    }
  });
  return loss;
}

/** Of {@link lossOf}: gradient and lower triangle of the Hessian matrix, row by row. */
function derivatives(
  { shares, truths, weights, classes }: HeldPredictions,
  parameters: Float64Array,
): { gradient: Float64Array; curvature: Float64Array } {
  const gradient = parameters.map((value, i) => value - Number(i === 0));
  const curvature = new Float64Array(classes * classes);
  for (let i = 0; i < classes; i++) curvature[i * (classes + 1)] = 1;
  const add = (sums: Float64Array, at: number, value: number) => (sums[at] = (sums[at] ?? 0) + value);
  const model = modelOf(parameters);
  weights.forEach((weight, row) => {
    const own = shares.subarray(row * classes, (row + 1) * classes);
    const said = calibrate(model, own);
    const logs = Float64Array.from(own, logShare);
    let mean = 0;
    let square = 0;
    for (let k = 0; k < classes; k++) {
      const part = (said[k] ?? 0) * (logs[k] ?? 0);
      mean += part;
      square += part * (logs[k] ?? 0);
    }
    add(curvature, 0, weight * (square - mean ** 2));
    for (let i = 0; i < classes; i++) {
      const p = said[i] ?? 0;
      const excess = weight * (p - (truths[row * classes + i] ?? 0));
      add(gradient, 0, excess * (logs[i] ?? 0));
      if (i === 0) continue;
      add(gradient, i, excess);
      add(curvature, i * classes, weight * p * ((logs[i] ?? 0) - mean));
      add(curvature, i * (classes + 1), weight * p);
      for (let j = 1; j <= i; j++) add(curvature, i * classes + j, -weight * p * (said[j] ?? 0));
    }
  });
  return { gradient, curvature };
}

function modelOf(parameters: Float64Array): Calibration {
  return { slope: parameters[0] ?? 1, offsets: [0, ...parameters.subarray(1)], sure: 0 };
}
