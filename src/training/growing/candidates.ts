import { defaultForestOptions } from './engines/forest-trainer.js';
import type { ModelOptions } from './model-grower.js';
import { randomStream } from '../../common/random.js';
import { landmarkTransforms } from '../../emotion/transforms/declaration.js';
import { transformFits } from '../../emotion/transforms/known-transforms.js';

/** The options that a search tries values of. */
export type CandidateOptions = Pick<
  ModelOptions,
  | 'trees'
  | 'maxDepth'
  | 'maxFeatures'
  | 'minSamplesLeaf'
  | 'classWeight'
  | 'balance'
  | 'extraTrees'
  | 'transform'
>;

/** The values of one question; the first is the default. */
type Dimension = readonly Partial<CandidateOptions>[];

const trees: Dimension = [{ trees: 200 }, { trees: 100 }, { trees: 400 }];
const depth: Dimension = [{ maxDepth: null }, { maxDepth: 6 }, { maxDepth: 12 }];
const splitFeatures: Dimension = [
  { maxFeatures: 'sqrt' },
  { maxFeatures: 'log2' },
  { maxFeatures: 0.2 },
  { maxFeatures: 0.4 },
];
const leaf: Dimension = [
  { minSamplesLeaf: 1 },
  { minSamplesLeaf: 3 },
  { minSamplesLeaf: 8 },
  { minSamplesLeaf: 20 },
];
const weights: Dimension = [{}, { classWeight: 'balanced' }, { balance: true }];
const thresholds: Dimension = [{}, { extraTrees: true }];

/** What ml-random-forest can do of it. */
const packageDimensions = [trees, depth, splitFeatures, leaf, [{}, { balance: true }]];
const allDimensions = [trees, depth, splitFeatures, leaf, weights, thresholds];

/**
 * Draws different ways to grow a forest from a small grid (random search: Bergstra and Bengio 2012): trees, depth, features a
 * split, samples a leaf, weights of the classes, thresholds at random or not, features as they are or transformed.
 *
 * @param count how many, at most as many as the grid has; the first is the default.
 * @param engine the engine that is to grow them; ml-random-forest cannot do all.
 * @param columns features of the rows: transforms are for faces of 68 landmarks alone.
 * @param seed the same seed draws the same.
 */
export function drawCandidates(
  count: number,
  { engine, columns, seed }: { engine: string; columns: number; seed: number },
): CandidateOptions[] {
  const fitting = transformFits(columns) ? landmarkTransforms : [];
  const features: Dimension = [{}, ...fitting.map((transform) => ({ transform }))];
  const dimensions = [...(engine === 'ml-random-forest' ? packageDimensions : allDimensions), features];
  const random = randomStream(seed);
  const size = dimensions.reduce((product, values) => product * values.length, 1);
  const drawn = new Set([0]);
  while (drawn.size < Math.min(count, size)) drawn.add(random(size));
  return [...drawn].map((place) => candidateAt(place, dimensions));
}

/** The grid's point number `place`, counted through the dimensions. */
function candidateAt(place: number, dimensions: readonly Dimension[]): CandidateOptions {
  let rest = place;
  const chosen = dimensions.map((values) => {
    const value = values[rest % values.length];
    rest = Math.floor(rest / values.length);
    return value;
  });
  const {
    trees: count,
    maxDepth,
    maxFeatures,
    minSamplesLeaf,
    classWeight,
    balance,
    extraTrees,
  } = defaultForestOptions;
  const preset = { trees: count, maxDepth, maxFeatures, minSamplesLeaf, classWeight, balance, extraTrees };
  return Object.assign({}, preset, ...chosen) as CandidateOptions;
}
