import { halfOf, numberOfHalf } from './half-precision.mjs';
import { principalComponents } from './principal-components.mjs';

/**
 * An ensemble in the form that packRefiner takes: leaves as whole multiples of each stage's principal components.
 *
 * @param {import('./dlib-ensemble.mjs').Ensemble} ensemble
 * @param {object} options
 * @param {number} options.components kept of each stage.
 * @param {number} options.step what one is worth, in root mean squares of the stage's leaves.
 * @param {[number, number, number]} options.haarToBox see packRefiner.
 * @returns {import('./refiner-file.mjs').Refiner}
 */
export function packEnsemble({ meanShape, stages }, { components, step, haarToBox }) {
  return {
    meanShape,
    haarToBox,
    pixels: stages[0].anchors.length,
    trees: stages[0].trees.length,
    depth: Math.log2(stages[0].trees[0].leaves.length),
    stages: stages.map((stage) => packStage(stage, components, step)),
  };
}

/** @param {import('./dlib-ensemble.mjs').EnsembleStage} stage */
function packStage({ anchors, offsets, trees }, count, share) {
  const { bias, rows } = centred(trees);
  const basis = principalComponents(rows, count).map((component) => Uint16Array.from(component, halfOf));
  // Shares in the components as they will be read, so that their rounding adds no error of its own.
  const components = basis.map((halves) => Float64Array.from(halves, numberOfHalf));
  const step = Math.fround(share * rootMeanSquare(rows));
  return {
    anchors,
    offsets: Uint16Array.from(offsets, halfOf),
    first: trees.flatMap(({ first }) => first),
    second: trees.flatMap(({ second }) => second),
    // Differences of pixels are whole: nothing changes by rounding down.
    thresholds: trees.flatMap(({ thresholds }) =>
      thresholds.map((threshold) => Math.max(-256, Math.min(255, Math.floor(threshold)))),
    ),
    bias,
    step,
    basis: Uint16Array.from(basis.flatMap((halves) => Array.from(halves))),
    leaves: components.map((component) => rows.map((row) => Math.round(dot(row, component) / step))),
  };
}

/** Takes the mean of its leaves out of every tree; the sum of the means is what the stage adds in any case. */
function centred(trees) {
  const size = trees[0].leaves[0].length;
  const bias = new Float64Array(size);
  const rows = trees.flatMap(({ leaves }) => {
    const mean = new Float64Array(size);
    for (const leaf of leaves) for (let i = 0; i < size; i++) mean[i] += leaf[i] / leaves.length;
    for (let i = 0; i < size; i++) bias[i] += mean[i];
    return leaves.map((leaf) => leaf.map((value, i) => value - mean[i]));
  });
  return { bias, rows };
}

function rootMeanSquare(rows) {
  return Math.sqrt(rows.reduce((sum, row) => sum + dot(row, row), 0) / (rows.length * rows[0].length));
}

function dot(one, other) {
  let sum = 0;
  for (let i = 0; i < one.length; i++) sum += one[i] * other[i];
  return sum;
}
