/** What a classifier said of rows whose class is known. */
export interface Predictions {
  /** Names of the classes 0, 1, …, at least two. */
  labels: readonly string[];
  /** The true class of each row. */
  truth: ArrayLike<number>;
  /** `labels.length` probabilities a row that sum to 1, row by row. */
  probabilities: Float64Array;
  /** 1 for each row whose emotion was sure enough to be named, else 0; all were by default. */
  sure?: Uint8Array;
}

/** How well one class is told from the others. What the rows leave undefined is `null`. */
export interface ClassMetrics {
  label: string;
  /** Rows that are of this class. */
  support: number;
  /** Rows that were said to be. */
  predicted: number;
  /** Share of the rows said to be of this class that are; `null` if none was said to be. */
  precision: number | null;
  /** Share of the rows of this class that were said to be; `null` if there is none. */
  recall: number | null;
  /** Harmonic mean of precision and recall; `null` if the class is neither there nor ever said. */
  f1: number | null;
  /** Rows that were said to be of this class, and surely. */
  named: number;
  /** Share of those that are; `null` if there is none. */
  namedPrecision: number | null;
}

/** Rows that were predicted with about the same confidence. */
export interface ReliabilityBin {
  /** Bounds of the confidence in [0, 1]; the lower one is left out, but for the first bin, and the upper one is in. */
  from: number;
  to: number;
  rows: number;
  /** Mean probability of the predicted class; `null` without rows. */
  confidence: number | null;
  /** Share that was predicted right; `null` without rows. */
  accuracy: number | null;
}

/** How well probabilities and predictions fit the truth. */
export interface Metrics {
  /** Rows measured. */
  rows: number;
  /** Share of the rows predicted right, in [0, 1]. */
  accuracy: number;
  /** 95 % confidence interval of the accuracy (Wilson 1927), if the rows were drawn independently. */
  accuracyInterval: [low: number, high: number];
  /** Mean of the recalls of the classes that are there. */
  balancedAccuracy: number;
  /** In the order of the labels. */
  perClass: ClassMetrics[];
  /** Rows: true class; columns: predicted class; in the order of the labels. */
  confusionMatrix: number[][];
  /** Mean of −ln p(true class), p held at {@link leastProbability} or above; 0 is perfect. */
  logLoss: number;
  /**
   * Mean squared error of the probabilities (Brier 1950): of the second class with two labels, in [0, 1], summed over the
   * classes with more, in [0, 2]. That is scikit-learn's convention.
   */
  brier: number;
  /** Expected calibration error (Guo et al. 2017): mean distance of confidence and accuracy over the bins, by their rows. */
  calibrationError: number;
  /** Ten bins of equal width. */
  reliability: ReliabilityBin[];
}

/** A class that no tree voted for would make the log-loss infinite: it counts as this likely, as in scikit-learn. */
const leastProbability = Number.EPSILON;

const reliabilityBins = 10;
/** The 97.5 % quantile of the normal distribution. */
const z = 1.959963984540054;

/**
 * Compares predictions with the truth. The predicted class is the likeliest, the first of equals.
 *
 * @throws RangeError if there is no row, or the arrays do not fit together.
 */
export function computeMetrics(predictions: Predictions): Metrics {
  const { labels, truth } = predictions;
  checkShape(predictions);
  const predicted = predictedClasses(predictions);
  const confusionMatrix = confusion(labels.length, truth, predicted);
  const surely = namedCounts(predictions, predicted);
  const perClass = labels.map((label, index) => ({
    ...classMetrics(label, index, confusionMatrix),
    named: surely[index]?.rows ?? 0,
    namedPrecision: ratio(surely[index]?.right ?? 0, surely[index]?.rows ?? 0),
  }));
  const right = confusionMatrix.reduce((sum, row, i) => sum + (row[i] ?? 0), 0);
  const recalls = perClass.flatMap(({ recall }) => recall ?? []);
  return {
    rows: truth.length,
    accuracy: right / truth.length,
    accuracyInterval: wilsonInterval(right, truth.length),
    balancedAccuracy: mean(recalls),
    perClass,
    confusionMatrix,
    ...probabilityScores(predictions),
    ...calibration(predictions, predicted),
  };
}

/** The likeliest class of each row, the first of equals. */
export function predictedClasses({ labels, truth, probabilities }: Predictions): Uint8Array {
  return Uint8Array.from({ length: truth.length }, (_, row) => {
    const shares = probabilities.subarray(row * labels.length, (row + 1) * labels.length);
    return shares.indexOf(Math.max(...shares));
  });
}

/** The arithmetic mean; NaN of nothing. */
export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function checkShape({ labels, truth, probabilities }: Predictions): void {
  if (truth.length === 0) throw new RangeError('no rows to measure on');
  if (probabilities.length !== truth.length * labels.length) {
    throw new RangeError(`${probabilities.length} probabilities for ${truth.length} × ${labels.length}`);
  }
  const outside = Array.from(truth).find((label) => !(label >= 0 && label < labels.length));
  if (outside !== undefined) throw new RangeError(`class ${outside} of ${labels.length}`);
}

function confusion(classes: number, truth: ArrayLike<number>, predicted: Uint8Array): number[][] {
  const matrix = Array.from({ length: classes }, () => new Array<number>(classes).fill(0));
  predicted.forEach((said, row) => {
    const line = matrix[truth[row] ?? 0];
    if (line !== undefined) line[said] = (line[said] ?? 0) + 1;
  });
  return matrix;
}

/** Rows surely said to be of each class, and how many of them are. */
function namedCounts(
  { labels, truth, sure }: Predictions,
  predicted: Uint8Array,
): { rows: number; right: number }[] {
  const counts = labels.map(() => ({ rows: 0, right: 0 }));
  predicted.forEach((said, row) => {
    const count = counts[said];
    if (count === undefined || sure?.[row] === 0) return;
    count.rows += 1;
    if (said === truth[row]) count.right += 1;
  });
  return counts;
}

function classMetrics(
  label: string,
  index: number,
  matrix: readonly number[][],
): Omit<ClassMetrics, 'named' | 'namedPrecision'> {
  const right = matrix[index]?.[index] ?? 0;
  const support = (matrix[index] ?? []).reduce((sum, count) => sum + count, 0);
  const predicted = matrix.reduce((sum, row) => sum + (row[index] ?? 0), 0);
  return {
    label,
    support,
    predicted,
    precision: ratio(right, predicted),
    recall: ratio(right, support),
    f1: ratio(2 * right, support + predicted),
  };
}

function ratio(part: number, whole: number): number | null {
  return whole === 0 ? null : part / whole;
}

function wilsonInterval(right: number, rows: number): [number, number] {
  const share = right / rows;
  const centre = share + z ** 2 / (2 * rows);
  const spread = z * Math.sqrt((share * (1 - share)) / rows + z ** 2 / (4 * rows ** 2));
  const scale = 1 + z ** 2 / rows;
  return [Math.max(0, (centre - spread) / scale), Math.min(1, (centre + spread) / scale)];
}

function probabilityScores({
  labels,
  truth,
  probabilities,
}: Predictions): Pick<Metrics, 'logLoss' | 'brier'> {
  const classes = labels.length;
  let surprise = 0;
  let squares = 0;
  for (let row = 0; row < truth.length; row++) {
    for (let i = 0; i < classes; i++) {
      const share = probabilities[row * classes + i] ?? 0;
      const isTruth = truth[row] === i;
      squares += ((isTruth ? 1 : 0) - share) ** 2;
      if (isTruth) surprise -= Math.log(Math.min(1, Math.max(leastProbability, share)));
    }
  }
  // With two classes both errors are the same, and one of them is the usual score.
  const counted = classes === 2 ? squares / 2 : squares;
  return { logLoss: surprise / truth.length, brier: counted / truth.length };
}

function calibration(
  { labels, truth, probabilities }: Predictions,
  predicted: Uint8Array,
): Pick<Metrics, 'calibrationError' | 'reliability'> {
  const sums = Array.from({ length: reliabilityBins }, () => ({ rows: 0, confidence: 0, right: 0 }));
  predicted.forEach((said, row) => {
    const confidence = probabilities[row * labels.length + said] ?? 0;
    const bin = sums[Math.min(reliabilityBins, Math.max(1, Math.ceil(confidence * reliabilityBins))) - 1];
    if (bin === undefined) return;
    bin.rows += 1;
    bin.confidence += confidence;
    if (said === truth[row]) bin.right += 1;
  });
  const distance = sums.reduce((sum, { confidence, right }) => sum + Math.abs(confidence - right), 0);
  const reliability = sums.map(({ rows, confidence, right }, i) => ({
    from: i / reliabilityBins,
    to: (i + 1) / reliabilityBins,
    rows,
    confidence: ratio(confidence, rows),
    accuracy: ratio(right, rows),
  }));
  return { calibrationError: distance / truth.length, reliability };
}
