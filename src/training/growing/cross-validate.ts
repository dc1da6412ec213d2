import { calibrationOf } from './calibrate-model.js';
import { calibrate } from '../../emotion/calibration.js';
import { faceRow, selectRows, type Dataset } from '../dataset/dataset.js';
import type { countTrees } from './count-trees.js';
import { growModel, withoutPeople, type Recipe } from './model-grower.js';
import { computeMetrics, mean, type Metrics } from '../measuring/metrics.js';
import type { Split } from '../dataset/split.js';

/** A mean and how far it may be off. */
export interface Estimate {
  mean: number;
  /** Standard error of the mean; 0 of one value, which says nothing of it. */
  standardError: number;
}

/** What is made and asked of a model beside growing it. */
export interface Measuring {
  /** Whose each row is: nobody is both learnt and measured. */
  groups?: readonly string[] | undefined;
  /** Whether the shares are made probabilities first, as they are in a model that is sure or not. */
  calibrated?: boolean;
}

/**
 * Trains on one part of a split and measures on the other.
 *
 * @throws as `ForestTrainer.train`, and if calibrated as `calibrationOf`.
 */
export async function measureSplit(
  dataset: Dataset,
  { train, test }: Split,
  recipe: Recipe,
  counting: ReturnType<typeof countTrees>,
  { groups, calibrated = false }: Measuring = {},
): Promise<Metrics> {
  const { labels } = recipe;
  const people = new Set(groups && test.map((row) => groups[row] ?? ''));
  const shown = { ...recipe, options: withoutPeople(recipe.options, people) };
  const rows = selectRows(dataset, train);
  const model = await growModel(rows, shown, counting.next());
  const names = groups && train.map((row) => groups[row] ?? '');
  const calibration = calibrated ? await calibrationOf(rows, shown, names, counting) : undefined;
  const held = selectRows(dataset, test);
  const probabilities = new Float64Array(held.rows * labels.length);
  for (let row = 0; row < held.rows; row++) {
    const shares = model.shares(faceRow(held, row));
    const said = calibration ? calibrate({ ...calibration, sure: 0 }, shares) : shares;
    probabilities.set(said, row * labels.length);
  }
  return computeMetrics({ labels, truth: held.classes, probabilities });
}

/**
 * The mean of what was measured on several splits of the same rows. The splits share rows to learn from, so their results are not
 * independent and the usual standard error is too small: it is corrected as by Nadeau and Bengio (2003), with the variance of
 * the results times 1/splits + tested/trained.
 *
 * @param values what each split gave.
 * @param splits the splits.
 */
export function estimate(values: readonly number[], splits: readonly Split[]): Estimate {
  const average = mean(values);
  if (values.length < 2) return { mean: average, standardError: 0 };
  const variance = values.reduce((sum, value) => sum + (value - average) ** 2, 0) / (values.length - 1);
  const overlap = mean(splits.map(({ train, test }) => test.length / train.length));
  return { mean: average, standardError: Math.sqrt(variance * (1 / values.length + overlap)) };
}
