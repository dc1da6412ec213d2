/** Ridge regression as its method says, by Gauss's elimination in double precision. */

export interface PlainScoreRows {
  numbers: Uint8Array;
  classes: Uint8Array;
  sets: Uint8Array;
  setWeights: Float64Array;
  rows: number;
  columns: number;
  classCount: number;
}

/**
 * @param use which rows are learnt; what a row weighs goes by all of them.
 * @returns for each class the weights and the offset.
 */
export function plainScores(
  { numbers, classes, sets, setWeights, rows, columns, classCount }: PlainScoreRows,
  ridge: number,
  use: (row: number) => boolean,
): { weights: number[]; offset: number }[] {
  const all = Array.from({ length: rows }, (_, row) => row);
  const learnt = all.filter(use);
  const cell = (row: number) => (sets[row] ?? 0) * classCount + (classes[row] ?? 0);
  const weightOf = (row: number) => {
    const set = sets[row] ?? 0;
    const present = new Set(all.filter((other) => sets[other] === set).map((other) => classes[other]));
    const alike = all.filter((other) => cell(other) === cell(row)).length;
    return (setWeights[set] ?? 0) / (present.size * alike);
  };
  const weights = all.map(weightOf);
  const target = (score: number, row: number) => (classes[row] === score ? 1 : -1 / (classCount - 1));
  const scores = Array.from({ length: classCount }, (_, score) => score);
  /** A row's numbers, then its targets. */
  const values = (row: number) => [
    ...numbers.subarray(row * columns, (row + 1) * columns),
    ...scores.map((score) => target(score, row)),
  ];
  const means = Array.from(setWeights, (_, set) => {
    const own = learnt.filter((row) => sets[row] === set);
    const total = own.reduce((sum, row) => sum + (weights[row] ?? 0), 0);
    const sum = Array.from<number>({ length: columns + classCount }).fill(0);
    for (const row of own)
      values(row).forEach((value, i) => (sum[i] = (sum[i] ?? 0) + (value * (weights[row] ?? 0)) / total));
    return sum;
  });
  const matrix = Array.from({ length: columns }, (_, i) =>
    Array.from({ length: columns + classCount }, (_, j) => (i === j ? ridge : 0)),
  );
  for (const row of learnt) {
    const mean = means[sets[row] ?? 0] ?? [];
    const centred = values(row).map((value, i) => value - (mean[i] ?? 0));
    matrix.forEach((line, i) => {
      const scaled = (weights[row] ?? 0) * (centred[i] ?? 0);
      for (let j = 0; j < line.length; j++) line[j] = (line[j] ?? 0) + scaled * (centred[j] ?? 0);
    });
  }
  eliminate(matrix);
  const first = means[0] ?? [];
  return scores.map((score) => {
    const weights = matrix.map((line) => line[columns + score] ?? NaN);
    const atMean = weights.reduce((sum, weight, i) => sum + weight * (first[i] ?? 0), 0);
    return { weights, offset: (first[columns + score] ?? NaN) - atMean };
  });
}

function eliminate(matrix: number[][]): void {
  matrix.forEach((pivot, i) => {
    const scale = pivot[i] ?? NaN;
    pivot.forEach((value, j) => (pivot[j] = value / scale));
    for (const line of matrix) {
      if (line === pivot) continue;
      const factor = line[i] ?? 0;
      for (let j = i; j < line.length; j++) line[j] = (line[j] ?? 0) - factor * (pivot[j] ?? 0);
    }
  });
}
