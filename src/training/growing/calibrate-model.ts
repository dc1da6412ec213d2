import { type Calibration } from '../../emotion/calibration.js';
import { faceRow, selectRows, type Dataset } from '../dataset/dataset.js';
import { planSplits } from '../dataset/folds.js';
import type { countTrees } from './count-trees.js';
import { fitCalibration, type HeldPredictions } from './learning/fit-calibration.js';
import {
  classWeightsOf,
  growModel,
  withNeitherRows,
  type ModelOptions,
  type Recipe,
} from './model-grower.js';
import type { Split } from '../dataset/split.js';

/** Models that {@link calibrationOf} grows. */
export const calibrationFolds = 5;

/**
 * How rows are parted to calibrate on.
 *
 * @param groups whose each row is: nobody is in two parts.
 * @throws UserError `TOO_FEW_ROWS` or `TOO_FEW_GROUPS` if a class does not reach for the parts.
 */
export function planCalibration(
  { classes }: Pick<Dataset, 'classes'>,
  seed: number,
  groups: readonly string[] | undefined,
): Split[] {
  return planSplits(classes, { folds: calibrationFolds, repeats: 1, testSize: 0, seed, groups });
}

/**
 * How the shares of a model grown by this recipe become probabilities: models grown by the same recipe on four fifths of the rows
 * predict the fifth that they have not seen. Classes count as the options weigh them; rows that show none of them, with all classes
 * equally true, together as much as a class on average. Nobody of the recipe's `neitherGroups` is learnt and predicted by one model.
 *
 * @param groups whose each row is, if it is known.
 * @throws as {@link planCalibration} and `ForestTrainer.train`.
 */
export async function calibrationOf(
  rows: Dataset,
  recipe: Recipe,
  groups: readonly string[] | undefined,
  counting: ReturnType<typeof countTrees>,
): Promise<Omit<Calibration, 'sure'>> {
  const { labels, options } = recipe;
  const { neither } = options;
  const splits = planCalibration(rows, options.seed, groups);
  const otherFolds = foldsOfOthers(options, splits, groups);
  const held = new HeldOut(labels.length);
  let signal: AbortSignal | undefined;
  for (const [fold, { train, test }] of splits.entries()) {
    const shown = withNeitherRows(options, (row) => otherFolds[row] !== fold);
    const hooks = counting.next();
    signal = hooks.signal;
    const model = await growModel(selectRows(rows, train), { ...recipe, options: shown }, hooks);
    const predict = (set: Dataset, row: number) => model.shares(faceRow(set, row));
    for (const row of test) held.add(predict(rows, row), rows.classes[row]);
    otherFolds.forEach((other, row) => {
      if (neither && other === fold) held.add(predict(neither, row), undefined);
    });
  }
  return fitCalibration(held.finish(classWeightsOf(rows, labels.length, options)), signal);
}

/** In which part each row of `neither` is: whoever is in a part already stays there, the others are dealt out. */
function foldsOfOthers(
  { neither, neitherGroups }: ModelOptions,
  splits: readonly Split[],
  groups: readonly string[] | undefined,
): number[] {
  const foldOf = new Map<string, number>();
  splits.forEach(({ test }, fold) => test.forEach((row) => groups && foldOf.set(groups[row] ?? '', fold)));
  let dealt = 0;
  return Array.from({ length: neither?.rows ?? 0 }, (_, row) => {
    const name = neitherGroups?.[row];
    const fold = (name === undefined ? undefined : foldOf.get(name)) ?? dealt++ % calibrationFolds;
    if (name !== undefined) foldOf.set(name, fold);
    return fold;
  });
}

/** Gathers predictions of rows that the predicting model has not seen. */
class HeldOut {
  readonly #classes: number;
  readonly #shares: number[] = [];
  readonly #truths: (number | undefined)[] = [];

  constructor(classes: number) {
    this.#classes = classes;
  }

  /** @param truth the row's class; `undefined` if it shows none. */
  add(shares: Float64Array, truth: number | undefined): void {
    this.#shares.push(...shares);
    this.#truths.push(truth);
  }

  /** @param classWeights what a row of each class weighs. */
  finish(classWeights: ArrayLike<number>): HeldPredictions {
    const classes = this.#classes;
    const truths = new Float64Array(this.#truths.length * classes);
    this.#truths.forEach((truth, row) => {
      if (truth === undefined) truths.fill(1 / classes, row * classes, (row + 1) * classes);
      else truths[row * classes + truth] = 1;
    });
    const weights = Float64Array.from(this.#truths, (truth) =>
      truth === undefined ? 0 : (classWeights[truth] ?? 1),
    );
    const doubtful = this.#truths.filter((truth) => truth === undefined).length;
    const perClass = weights.reduce((sum, weight) => sum + weight, 0) / classes;
    this.#truths.forEach((truth, row) => {
      if (truth === undefined) weights[row] = perClass / doubtful;
    });
    return { shares: Float64Array.from(this.#shares), truths, weights, classes };
  }
}
