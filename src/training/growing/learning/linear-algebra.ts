/**
 * The lower triangle L with L·Lᵀ a symmetric positive definite matrix (Cholesky).
 *
 * @param matrix `size * size` numbers, row by row; only its lower triangle is looked at.
 */
export function choleskyFactor(matrix: Float64Array, size: number): Float64Array {
  const factor = matrix.slice();
  for (let j = 0; j < size; j++) {
    for (let i = j; i < size; i++) {
      let rest = at(factor, i * size + j);
      for (let k = 0; k < j; k++) rest -= at(factor, i * size + k) * at(factor, j * size + k);
      factor[i * size + j] = i === j ? Math.sqrt(rest) : rest / at(factor, j * size + j);
    }
  }
  return factor;
}

/** Solves L·Lᵀ·x = right for the factor that {@link choleskyFactor} gives. */
export function solveCholesky(factor: Float64Array, right: Float64Array): Float64Array {
  const size = right.length;
  const solution = right.slice();
  for (let i = 0; i < size; i++) {
    let rest = at(solution, i);
    for (let k = 0; k < i; k++) rest -= at(factor, i * size + k) * at(solution, k);
    solution[i] = rest / at(factor, i * size + i);
  }
  for (let i = size - 1; i >= 0; i--) {
    let rest = at(solution, i);
    for (let k = i + 1; k < size; k++) rest -= at(factor, k * size + i) * at(solution, k);
    solution[i] = rest / at(factor, i * size + i);
  }
  return solution;
}

function at(values: ArrayLike<number>, index: number): number {
  return values[index] ?? 0;
}
