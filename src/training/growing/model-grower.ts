import { averageProbabilities } from '../../emotion/compiled-forest.js';
import type { FaceRow } from '../../emotion/face-row.js';
import { selectRows, type Dataset } from '../dataset/dataset.js';
import type { ForestJson } from '../../emotion/forest-file.js';
import type { ForestOptions, ForestTrainer, TrainingHooks, TrainingRows } from './engines/forest-trainer.js';
import { learnTransform } from './learning/learn-transform.js';
import { transformRows } from './learning/transformed-rows.js';
import { shortForest } from './engines/short-forest.js';
import type { TransformKind } from '../../emotion/transforms/declaration.js';
import { type Transform } from '../../emotion/transforms/transform.js';

/** How a forest grows and what it is shown. */
export interface ModelOptions extends ForestOptions {
  /** What is made of the normalised landmarks first; nothing by default. */
  transform?: TransformKind;
  /** The class of calm faces, for a transform that learns from the calm faces of persons. */
  calm?: string | undefined;
  /**
   * Faces that show none of the classes. Each is learnt as all of them in equal shares, so that the forest is in doubt about such
   * faces; all of them together weigh as much as a class on average.
   */
  neither?: Dataset | undefined;
  /** Whose each of those is, if it is known. */
  neitherGroups?: readonly string[];
}

/** Everything that growing a model takes, but the rows. */
export interface Recipe {
  trainer: ForestTrainer;
  options: ModelOptions;
  /** Names of the classes 0, 1, … */
  labels: readonly string[];
}

/** How much a forest goes by each of its features. */
export interface FeatureImportances {
  /** What each feature is, in a word: `x0` of the first landmark, `y0`, …, or as the transform calls them. */
  names: string[];
  /** Share of all impurity taken away; they sum to 1. */
  gini: Float64Array;
  /** Mean loss of accuracy on rows that a tree has not seen, when the feature is shuffled; not known without such rows. */
  permutation: Float64Array | undefined;
}

/** A forest with what goes before it. */
export interface GrownModel {
  readonly transform: Transform | undefined;
  /** Shares of the classes for one face; they sum to 1. */
  shares(face: FaceRow): Float64Array;
  /** As `OutOfBag`; not known where rows were learnt as several classes. */
  readonly outOfBagAccuracy: number | undefined;
  /** With `permutationImportance`. */
  readonly importances: FeatureImportances | undefined;
  /** For the model file. */
  forest(): ForestJson;
}

/**
 * Makes the transform that the options ask for and grows a forest behind it; both know nothing but these rows.
 * @throws as `ForestTrainer.train`.
 */
export async function growModel(
  rows: Dataset,
  { trainer, options, labels }: Recipe,
  hooks: TrainingHooks = {},
): Promise<GrownModel> {
  const { transform: kind, neither } = options;
  const learnt = kind && (await learnTransform(kind, rows, { labels, ...options }, hooks));
  const transform = learnt?.transform;
  const shown = learnt ? { ...rows, ...learnt.shown } : rows;
  const doubtful = neither && (transform ? { ...neither, ...transformRows(transform, neither) } : neither);
  const taught = doubtful ? withDoubt(shown, doubtful, labels.length, options) : shown;
  // The weights of the rows have said it then.
  const growth = doubtful ? { ...options, balance: false, classWeight: 'none' as const } : options;
  const grown = await trainer.train(taught, labels.length, growth, hooks);
  const { importances: gini, permutationImportances } = grown;
  const unseen = options.bootstrap || options.balance;
  // Rows that were learnt as several classes have no accuracy to lose.
  const permutation = unseen && !doubtful ? permutationImportances : undefined;
  const names = transform
    ? transform.namesFor(labels)
    : Array.from({ length: rows.columns }, (_, i) => `${'xy'[i % 2] ?? ''}${i >> 1}`);
  return {
    transform,
    shares: (face) => averageProbabilities(grown.compiled, transform?.apply(face) ?? face.features),
    outOfBagAccuracy: doubtful ? undefined : grown.outOfBag?.accuracy,
    importances: options.permutationImportance && gini ? { names, gini, permutation } : undefined,
    forest: () => shortForest(grown.toJson(), taught),
  };
}

/** The labelled rows, weighted as the options ask, and the others once as each class, together as heavy as a class on average. */
function withDoubt(
  rows: TrainingRows,
  others: TrainingRows,
  classCount: number,
  options: Pick<ForestOptions, 'balance' | 'classWeight'>,
): TrainingRows {
  const classWeights = classWeightsOf(rows, classCount, options);
  const total = rows.rows + others.rows * classCount;
  const features = new Float64Array(total * rows.columns);
  const classes = new Uint8Array(total);
  const weights = new Float64Array(total);
  features.set(rows.features);
  classes.set(rows.classes);
  rows.classes.forEach((label, row) => (weights[row] = classWeights[label] ?? 1));
  const perClass = weights.reduce((sum, weight) => sum + weight, 0) / classCount;
  for (let label = 0; label < classCount; label++) {
    const first = rows.rows + label * others.rows;
    features.set(others.features, first * rows.columns);
    classes.fill(label, first, first + others.rows);
    weights.fill(perClass / (classCount * others.rows), first, first + others.rows);
  }
  return { features, classes, weights, rows: total, columns: rows.columns };
}

/** What a row of each class weighs by the options. */
export function classWeightsOf(
  { classes, rows }: Pick<TrainingRows, 'classes' | 'rows'>,
  classCount: number,
  { balance, classWeight }: Pick<ForestOptions, 'balance' | 'classWeight'>,
): ArrayLike<number> {
  if (typeof classWeight !== 'string') return classWeight;
  const counts = new Float64Array(classCount);
  for (const label of classes) counts[label] = (counts[label] ?? 0) + 1;
  const balanced = balance || classWeight !== 'none';
  return counts.map((count) => (balanced ? rows / (classCount * Math.max(1, count)) : 1));
}

/** The options without the faces of some people among those that show none of the classes. */
export function withoutPeople(options: ModelOptions, people: ReadonlySet<string>): ModelOptions {
  const { neither, neitherGroups } = options;
  if (!neither || !neitherGroups) return options;
  return withNeitherRows(options, (row) => !people.has(neitherGroups[row] ?? ''));
}

/** The options with some of the faces that show none of the classes. */
export function withNeitherRows(options: ModelOptions, keep: (row: number) => boolean): ModelOptions {
  const { neither, neitherGroups, ...rest } = options;
  if (!neither) return options;
  const rows = [...neither.classes.keys()].filter(keep);
  if (rows.length === 0) return rest;
  const groups = neitherGroups && { neitherGroups: rows.map((row) => neitherGroups[row] ?? '') };
  return { ...rest, neither: selectRows(neither, rows), ...groups };
}

/**
 * Parts a data set into the rows of the classes that a model is to know and those that show none of them.
 *
 * @param labels names of the data set's classes.
 * @param neither the names of those that the model is not to know.
 * @returns the rows of the classes that remain, numbered anew, their labels, which rows they are, and the other rows.
 */
export function setAside(
  dataset: Dataset,
  labels: readonly string[],
  neither: readonly string[],
): { dataset: Dataset; labels: readonly string[]; kept: number[]; neither: Dataset | undefined } {
  const all = [...dataset.classes.keys()];
  if (neither.length === 0) return { dataset, labels, kept: all, neither: undefined };
  const known = labels.filter((label) => !neither.includes(label));
  const classes = labels.map((label) => known.indexOf(label));
  const classOf = (row: number) => {
    const label = dataset.classes[row] ?? 0;
    // One without a name keeps having none.
    return classes[label] ?? label - (labels.length - known.length);
  };
  const kept = all.filter((row) => classOf(row) >= 0);
  const others = all.filter((row) => classOf(row) < 0);
  const rows = selectRows(dataset, kept);
  rows.classes.set(kept.map(classOf));
  return {
    dataset: rows,
    labels: known,
    kept,
    neither: others.length === 0 ? undefined : selectRows(dataset, others),
  };
}
