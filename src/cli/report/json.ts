import { countEndings } from '../../common/file-names.js';
import type { ClassMetrics } from '../../training/measuring/metrics.js';
import type { EvaluationReport } from './evaluation-report.js';

/** An evaluation as `emochat evaluate --json` prints it; `null` is what the photos leave undefined or nobody knows. */
export function evaluationJson({ model, data, set, evaluation, against }: EvaluationReport): object {
  const { metrics } = evaluation;
  return {
    model,
    data,
    labels: metrics.perClass.map(({ label }) => label),
    n: metrics.rows,
    search: set.search,
    noFace: set.noFace,
    unreadable: set.unreadable?.length ?? null,
    unreadableByEnding: set.unreadable && Object.fromEntries(countEndings(set.unreadable)),
    skipped: Object.fromEntries(set.skipped),
    accuracy: metrics.accuracy,
    accuracyInterval: metrics.accuracyInterval,
    balancedAccuracy: metrics.balancedAccuracy,
    perClass: Object.fromEntries(metrics.perClass.map(withoutLabel)),
    confusionMatrix: metrics.confusionMatrix,
    logLoss: metrics.logLoss,
    brier: metrics.brier,
    calibration: {
      ece: metrics.calibrationError,
      bins: metrics.reliability.map(({ rows, ...bin }) => ({ ...bin, n: rows })),
    },
    ...(against && { against: comparisonJson(against) }),
  };
}

function withoutLabel({ label, ...metrics }: ClassMetrics): [string, Omit<ClassMetrics, 'label'>] {
  return [label, metrics];
}

function comparisonJson({ model, comparison }: NonNullable<EvaluationReport['against']>): object {
  const { rows, accuracy, balancedAccuracy, otherAccuracy, otherBalancedAccuracy } = comparison;
  return {
    model,
    n: rows,
    accuracy: otherAccuracy,
    balancedAccuracy: otherBalancedAccuracy,
    difference: {
      accuracy: accuracy - otherAccuracy,
      balancedAccuracy: balancedAccuracy - otherBalancedAccuracy,
    },
    mcnemar: {
      onlyModel: comparison.onlyFirst,
      onlyAgainst: comparison.onlySecond,
      pValue: comparison.pValue,
    },
  };
}
