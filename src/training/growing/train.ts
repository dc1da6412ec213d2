import { UserError } from '../../common/user-error.js';
import type { Landmarks } from '../../vision/frame.js';
import { selectRows, type Dataset } from '../dataset/dataset.js';
import { countTrees } from './count-trees.js';
import { estimate, measureSplit } from './cross-validate.js';
import { evaluate } from '../measuring/evaluate.js';
import type { PhotoSearch } from '../../vision/face-search.js';
import { planSplits } from '../dataset/folds.js';
import { EmotionForest } from '../../emotion/forest.js';
import {
  areLabels,
  maxLabelLength,
  type ForestFile,
  type ImportanceRecord,
  type TrainedForestFile,
  type ValidationRecord,
} from '../../emotion/forest-file.js';
import { calibrationFolds, calibrationOf, planCalibration } from './calibrate-model.js';
import type { ForestTrainer, TrainingHooks } from './engines/forest-trainer.js';
import type { Metrics } from '../measuring/metrics.js';
import { growModel, withoutPeople, type FeatureImportances, type ModelOptions } from './model-grower.js';
import type { TransformKind } from '../../emotion/transforms/declaration.js';
import { needsDescription, transformFits } from '../../emotion/transforms/known-transforms.js';
import type { Split } from '../dataset/split.js';
import { texts } from '../texts.js';

/** How a forest is trained and judged; see {@link ModelOptions} for how it grows. */
export interface TrainingOptions extends ModelOptions {
  /** Names of the classes 0, 1, … */
  labels: readonly string[];
  /** Share of the rows held out to measure on, in (0, 1). */
  testSize: number;
  /** Parts of a cross-validation beside that; `null` for none. */
  folds: number | null;
  /** How often the cross-validation, or without one the split, is done, each time with another shuffle. */
  repeats: number;
  /** Whose each row is, and the pattern that said so; nobody is then on both sides of a split. */
  groups?: { pattern: string; names: readonly string[] };
  /** How the photos behind the rows were searched, if that is known. */
  search?: PhotoSearch;
  /** What found the landmarks behind the rows, if that is known. */
  landmarks?: Landmarks | Landmarks[];
  /** What the classes of `neither` are called in the data. */
  neitherLabels?: readonly string[];
  /**
   * Makes the shares probabilities, by cross-validated predictions of the rows that are learnt; an emotion of a smaller probability
   * than this is not sure. In [0, 1]; shares stay as they are by default.
   */
  sure?: number;
}

/** Forests that {@link trainForest} grows for these options. */
export function forestsToGrow({
  folds,
  repeats,
  sure,
}: Pick<TrainingOptions, 'folds' | 'repeats' | 'sure'>): number {
  return (folds === null ? repeats : 1 + folds * repeats) * (1 + (sure === undefined ? 0 : calibrationFolds));
}

/**
 * The original's protocol: a stratified, shuffled split; the forest grows on one part and is measured on the other. With `folds` or
 * `repeats` more forests are grown to be measured, and thrown away.
 *
 * @param hooks `onTree` counts the trees of all forests.
 * @returns the whole model file, its accuracy and confusion matrix on the held-out rows in the header, and `validation` if there
 * was more than one forest.
 * @throws UserError `ONE_CLASS`, `TOO_FEW_ROWS`, `TOO_FEW_GROUPS`, `LABELS_MISSING`, `LABELS_INVALID` or `FEATURES_ODD` if the rows
 * are not fit for it.
 */
export async function trainForest(
  known: Dataset,
  trainer: ForestTrainer,
  options: TrainingOptions,
  hooks: TrainingHooks = {},
): Promise<TrainedForestFile> {
  const classCounts = checkedClassCounts(known, options.labels, options.transform);
  const plan = { ...options, groups: options.groups?.names };
  const dataset = { ...known, groups: plan.groups };
  const held = planSplits(dataset.classes, { ...plan, folds: null, repeats: 1 })[0] ?? {
    train: [],
    test: [],
  };
  const splits = planSplits(dataset.classes, plan);
  const counting = countTrees(hooks);
  const rows = selectRows(dataset, held.train);
  const namesOf = (some: readonly number[]) => plan.groups && some.map((row) => plan.groups?.[row] ?? '');
  // Rows that do not reach are told before a tree grows.
  if (options.sure !== undefined) checkCalibration(rows, options, namesOf(held.train));
  const shown = withoutPeople(options, new Set(namesOf(held.test)));
  const recipe = { trainer, options: shown, labels: options.labels };
  const model = await growModel(rows, recipe, counting.next());
  // What is asked of the forest that is kept need not be asked of those that are thrown away.
  const thrownAway = { oob: false, permutationImportance: false, calm: undefined };
  const calibration =
    options.sure === undefined
      ? undefined
      : {
          ...(await calibrationOf(
            rows,
            { ...recipe, options: { ...shown, ...thrownAway } },
            namesOf(held.train),
            counting,
          )),
          sure: options.sure,
        };
  const { engine, engineVersion } = trainer;
  const made = { transform: model.transform?.declaration, calibration, forest: model.forest() };
  const draft = draftFile(dataset, { ...options, engine, engineVersion }, classCounts, made);
  const measured = evaluate(EmotionForest.parse(draft), selectRows(dataset, held.test));
  const { accuracy, confusionMatrix } = measured;
  const { outOfBagAccuracy = NaN } = model;
  // Where every tree has seen every row, none is out of bag.
  const outOfBag = Number.isNaN(outOfBagAccuracy) ? {} : { outOfBagAccuracy };
  const importances = model.importances && { importances: importanceRecordOf(model.importances) };
  const training = { ...draft.training, accuracy, ...outOfBag, ...importances, confusionMatrix };
  if (splits.length < 2) return { ...draft, training };
  // Without folds the first split is the one that is measured already.
  const results = options.folds === null ? [measured] : [];
  for (const split of splits.slice(results.length)) {
    const measuring = { groups: plan.groups, calibrated: options.sure !== undefined };
    const like = { ...recipe, options: { ...options, ...thrownAway } };
    results.push(await measureSplit(dataset, split, like, counting, measuring));
  }
  return { ...draft, training: { ...training, validation: validationOf(results, splits, options) } };
}

/** @throws UserError `SURE_TOO_FEW_ROWS` if the rows that are learnt do not reach for a calibration. */
function checkCalibration(
  rows: Dataset,
  { seed }: TrainingOptions,
  groups: readonly string[] | undefined,
): void {
  try {
    planCalibration(rows, seed, groups);
  } catch (cause) {
    if (!(cause instanceof UserError)) throw cause;
    throw new UserError('SURE_TOO_FEW_ROWS', texts.tooFewRowsToCalibrate(calibrationFolds, cause.text), {
      cause,
    });
  }
}

/** To five decimals: the sixth is chance. */
function importanceRecordOf({ names, gini, permutation }: FeatureImportances): ImportanceRecord {
  const rounded = (values: Float64Array) => Array.from(values, (value) => Math.round(1e5 * value) / 1e5);
  return { names, gini: rounded(gini), ...(permutation && { permutation: rounded(permutation) }) };
}

function validationOf(
  results: readonly Metrics[],
  splits: readonly Split[],
  { folds, repeats }: TrainingOptions,
): ValidationRecord {
  const of = (values: number[]) => estimate(values, splits);
  return {
    folds,
    repeats,
    accuracy: of(results.map(({ accuracy }) => accuracy)),
    balancedAccuracy: of(results.map(({ balancedAccuracy }) => balancedAccuracy)),
  };
}

/** The model file of a forest that has not been measured yet. */
function draftFile(
  { rows, columns }: Dataset,
  options: TrainingOptions & Pick<ForestTrainer, 'engine' | 'engineVersion'>,
  classCounts: number[],
  {
    transform,
    calibration,
    forest,
  }: Pick<ForestFile, 'forest'> & {
    transform: ForestFile['transform'];
    calibration: ForestFile['calibration'];
  },
): TrainedForestFile {
  const { labels, testSize } = options;
  const unmeasured = { accuracy: 0, confusionMatrix: classCounts.map(() => classCounts.map(() => 0)) };
  const createdAt = new Date().toISOString();
  return {
    format: 'emochat-forest',
    version: 1,
    labels: [...labels],
    features: { kind: 'normalized-landmarks', landmarks: columns / 2, count: columns },
    ...(transform && { transform }),
    ...(calibration && { calibration }),
    training: {
      ...recordOf(options),
      ...{ samples: rows, classCounts, testSize, ...unmeasured, createdAt },
      ...(options.neither && {
        neither: { labels: [...(options.neitherLabels ?? [])], samples: options.neither.rows },
      }),
      ...(options.groups && { groupBy: options.groups.pattern }),
      ...(options.search && { search: options.search }),
      ...(options.landmarks && { landmarks: options.landmarks }),
    },
    forest,
  };
}

/** What the model file tells of how its forest grew. */
function recordOf(options: TrainingOptions & Pick<ForestTrainer, 'engine' | 'engineVersion'>) {
  const { engine, engineVersion, trees, criterion, maxFeatures, maxDepth, minSamplesSplit } = options;
  const { minSamplesLeaf, bootstrap, balance, classWeight, extraTrees, seed } = options;
  return {
    ...{ engine, engineVersion, trees, criterion, maxFeatures, maxDepth, minSamplesSplit },
    ...{ minSamplesLeaf, bootstrap, balance, extraTrees, seed },
    classWeight: typeof classWeight === 'string' ? classWeight : [...classWeight],
  };
}

/**
 * Whether a forest can be trained on these rows.
 *
 * @returns the rows of each class.
 * @param transform what is to be made of them first.
 * @throws UserError `ONE_CLASS`, `LABELS_MISSING`, `LABELS_INVALID`, `FEATURES_ODD`, `TRANSFORM_UNFIT` or `PICTURES_MISSING`.
 */
export function checkedClassCounts(
  dataset: Dataset,
  labels: readonly string[],
  transform?: TransformKind,
): number[] {
  const classCounts = countClasses(dataset, labels);
  if (classCounts.filter((count) => count > 0).length < 2) throw oneClass();
  if (classCounts.length > labels.length) throw labelsMissing(classCounts.length, labels.length);
  if (!areLabels(labels)) throw labelsInvalid(labels);
  if (dataset.columns % 2 !== 0) throw featuresOdd(dataset.columns);
  if (transform && !transformFits(dataset.columns)) throw transformUnfit(transform, dataset.columns);
  if (needsDescription(transform) && !dataset.descriptions) throw descriptionsMissing();
  return classCounts;
}

function countClasses(dataset: Dataset, labels: readonly string[]): number[] {
  const counts = Array.from<number>({ length: Math.max(labels.length, 1 + maxClass(dataset)) }).fill(0);
  for (const label of dataset.classes) counts[label] = (counts[label] ?? 0) + 1;
  return counts;
}

function maxClass({ classes }: Dataset): number {
  return classes.reduce((max, label) => Math.max(max, label), 0);
}

function oneClass(): UserError {
  return new UserError('ONE_CLASS', texts.oneClass);
}

function labelsMissing(classes: number, labels: number): UserError {
  return new UserError('LABELS_MISSING', texts.labelsMissing(classes, labels));
}

function labelsInvalid(labels: readonly string[]): UserError {
  const names = JSON.stringify(labels);
  return new UserError('LABELS_INVALID', texts.labelsInvalid(names, maxLabelLength));
}

function featuresOdd(columns: number): UserError {
  return new UserError('FEATURES_ODD', texts.featuresOdd(columns));
}

function descriptionsMissing(): UserError {
  return new UserError('PICTURES_MISSING', texts.picturesNotGiven);
}

function transformUnfit(transform: string, columns: number): UserError {
  return new UserError('TRANSFORM_UNFIT', texts.transformUnfit(transform, columns / 2));
}
