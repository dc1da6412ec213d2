import { fitCalibration, type Calibration, type HeldPredictions } from './calibration.js';
import type { countTrees } from './cross-validate.js';
import { selectRows, type Dataset } from './dataset.js';
import { planSplits } from './folds.js';
import { classHefts, growModel, type Recipe } from './model-grower.js';

/** Models that {@link calibrationOf} grows. */
export const calibrationFolds = 5;

/**
 * How the shares of a model grown by this recipe become probabilities: models grown by the same recipe on four fifths of the rows
 * predict the fifth that they have not seen. Classes count as the options weigh them; rows that show none of them, with all classes
 * equally true, together as much as a class on average.
 *
 * @throws as `ForestTrainer.train`.
 */
export async function calibrationOf(
  rows: Dataset,
  recipe: Recipe,
  counting: ReturnType<typeof countTrees>,
): Promise<Omit<Calibration, 'sure'>> {
  const { labels, options } = recipe;
  const { seed, neither } = options;
  const splits = planSplits(rows.classes, {
    folds: calibrationFolds,
    repeats: 1,
    testSize: 0,
    seed,
    groups: undefined,
  });
  const held = new HeldOut(labels.length);
  for (const [fold, { train, test }] of splits.entries()) {
    const others = neither && [...neither.classes.keys()];
    const shownOthers = others?.filter((row) => row % calibrationFolds !== fold);
    const heldOthers = others?.filter((row) => row % calibrationFolds === fold);
    const shown = neither && selectRows(neither, shownOthers ?? []);
    const model = await growModel(
      selectRows(rows, train),
      { ...recipe, options: { ...options, neither: shown?.rows ? shown : undefined } },
      counting.next(),
    );
    const predict = (set: Dataset, row: number) =>
      model.shares(set.features.subarray(row * set.columns, (row + 1) * set.columns));
    for (const row of test) held.add(predict(rows, row), rows.classes[row]);
    for (const row of heldOthers ?? []) if (neither) held.add(predict(neither, row), undefined);
  }
  return fitCalibration(held.finish(classHefts(rows, labels.length, options)));
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

  /** @param hefts what a row of each class weighs. */
  finish(hefts: ArrayLike<number>): HeldPredictions {
    const classes = this.#classes;
    const truths = new Float64Array(this.#truths.length * classes);
    this.#truths.forEach((truth, row) => {
      if (truth === undefined) truths.fill(1 / classes, row * classes, (row + 1) * classes);
      else truths[row * classes + truth] = 1;
    });
    const weights = Float64Array.from(this.#truths, (truth) =>
      truth === undefined ? 0 : (hefts[truth] ?? 1),
    );
    const doubtful = this.#truths.filter((truth) => truth === undefined).length;
    const perClass = weights.reduce((sum, weight) => sum + weight, 0) / classes;
    this.#truths.forEach((truth, row) => {
      if (truth === undefined) weights[row] = perClass / doubtful;
    });
    return { shares: Float64Array.from(this.#shares), truths, weights, classes };
  }
}
