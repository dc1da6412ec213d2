import { UserError } from '../../common/user-error.js';
import { nameKey } from '../../emotion/class-names.js';
import { selectRows } from '../dataset/dataset.js';
import { predictRows } from './evaluate.js';
import type { EvaluationSet } from './evaluation-set.js';
import type { EmotionForest } from '../../emotion/forest.js';
import { mcnemar, type McNemar } from './mcnemar.js';
import { computeMetrics, predictedClasses, type Metrics, type Predictions } from './metrics.js';
import { texts } from '../texts.js';

/** Two forests on the rows whose emotion both know; the measured one is the first. */
export interface Comparison extends McNemar {
  rows: number;
  accuracy: number;
  balancedAccuracy: number;
  /** The other forest's. */
  otherAccuracy: number;
  otherBalancedAccuracy: number;
}

/** A row that was predicted wrong. */
export interface Mistake {
  row: number;
  truth: string;
  said: string;
  /** Probability of what was said, and of the truth. */
  confidence: number;
  truthProbability: number;
}

/** How a forest does on a set of labelled faces. */
export interface Evaluation {
  metrics: Metrics;
  /** All mistakes, the surest first. */
  mistakes: Mistake[];
}

/**
 * Measures a forest.
 *
 * @throws UserError `MODEL_MISMATCH` if the rows have another number of features than the forest takes.
 */
export function evaluateSet(forest: EmotionForest, set: EvaluationSet): Evaluation {
  checkFeatures(forest, set);
  const predictions = predictRows(forest, set.dataset);
  return { metrics: computeMetrics(predictions), mistakes: findMistakes(predictions) };
}

/**
 * Holds a forest against another one, label by label, see `nameKey`.
 *
 * @throws UserError `MODEL_MISMATCH` as {@link evaluateSet}, `NOTHING_TO_COMPARE` if the other knows none of the emotions measured.
 */
export function compareForests(forest: EmotionForest, other: EmotionForest, set: EvaluationSet): Comparison {
  checkFeatures(forest, set);
  checkFeatures(other, set);
  const { dataset } = set;
  const otherNames = other.labels.map(nameKey);
  const otherClass = forest.labels.map((label) => otherNames.indexOf(nameKey(label)));
  const known = Array.from(dataset.classes.keys()).filter(
    (row) => (otherClass[dataset.classes[row] ?? 0] ?? -1) >= 0,
  );
  if (known.length === 0) throw nothingToCompare(forest, other);
  const shared = selectRows(dataset, known);
  const ours = predictRows(forest, shared);
  const classes = shared.classes.map((label) => otherClass[label] ?? 0);
  const theirs = { ...predictRows(other, shared), truth: classes };
  const [first, second] = [computeMetrics(ours), computeMetrics(theirs)];
  return {
    ...mcnemar(rightRows(ours), rightRows(theirs)),
    rows: known.length,
    accuracy: first.accuracy,
    balancedAccuracy: first.balancedAccuracy,
    otherAccuracy: second.accuracy,
    otherBalancedAccuracy: second.balancedAccuracy,
  };
}

function rightRows(predictions: Predictions): boolean[] {
  return Array.from(predictedClasses(predictions), (said, row) => said === predictions.truth[row]);
}

function findMistakes(predictions: Predictions): Mistake[] {
  const { labels, truth, probabilities } = predictions;
  const mistakes: Mistake[] = [];
  predictedClasses(predictions).forEach((said, row) => {
    const actual = truth[row] ?? 0;
    if (said === actual) return;
    mistakes.push({
      row,
      truth: labels[actual] ?? '',
      said: labels[said] ?? '',
      confidence: probabilities[row * labels.length + said] ?? 0,
      truthProbability: probabilities[row * labels.length + actual] ?? 0,
    });
  });
  return mistakes.sort((a, b) => a.truthProbability - a.confidence - (b.truthProbability - b.confidence));
}

function checkFeatures(forest: EmotionForest, { dataset }: EvaluationSet): void {
  if (dataset.columns === forest.featureCount) return;
  throw new UserError('MODEL_MISMATCH', texts.featuresMismatch(dataset.columns, forest.featureCount));
}

function nothingToCompare(forest: EmotionForest, other: EmotionForest): UserError {
  const names = [forest, other].map(({ labels }) => labels.join(', '));
  return new UserError('NOTHING_TO_COMPARE', texts.nothingToCompare(names));
}
