/**
 * Principal components, the same to the last bit on every machine: additions, multiplications, divisions and square roots in
 * double precision, in a fixed order, which JavaScript never fuses.
 */

/**
 * The directions in which rows differ most.
 *
 * @param {Float64Array[]} rows of the same length, their mean taken out.
 * @param {number} count of components, no more than numbers in a row.
 * @returns {Float64Array[]} unit vectors, the direction of the greatest variance first; their largest entry is positive.
 */
export function principalComponents(rows, count) {
  const { values, vectors } = eigen(scatter(rows));
  const order = values.map((_, i) => i).sort((a, b) => values[b] - values[a] || a - b);
  return order.slice(0, count).map((i) => pointed(vectors[i]));
}

function scatter(rows) {
  const size = rows[0].length;
  const matrix = Array.from({ length: size }, () => new Float64Array(size));
  for (const row of rows) {
    for (let i = 0; i < size; i++) {
      const value = row[i];
      const sums = matrix[i];
      for (let j = i; j < size; j++) sums[j] += value * row[j];
    }
  }
  for (let i = 0; i < size; i++) for (let j = 0; j < i; j++) matrix[i][j] = matrix[j][i];
  return matrix;
}

/**
 * Eigenvalues and eigenvectors of a symmetric matrix by Jacobi's rotations, row by row (Golub and Van Loan, "Matrix
 * Computations", 8.5). The matrix is used up.
 */
function eigen(matrix) {
  const size = matrix.length;
  const vectors = matrix.map((_, i) => Float64Array.from({ length: size }, (_, j) => (i === j ? 1 : 0)));
  const small = 1e-15 * matrix.reduce((sum, row, i) => sum + Math.abs(row[i]), 0);
  for (let rotated = true; rotated;) {
    rotated = false;
    for (let p = 0; p < size; p++) {
      for (let q = p + 1; q < size; q++) {
        if (Math.abs(matrix[p][q]) <= small) continue;
        rotate(matrix, vectors, p, q);
        rotated = true;
      }
    }
  }
  return { values: matrix.map((row, i) => row[i]), vectors };
}

/** Turns the axes p and q so that they no longer depend on each other. */
function rotate(matrix, vectors, p, q) {
  const theta = (matrix[q][q] - matrix[p][p]) / (2 * matrix[p][q]);
  const tan = Math.sign(theta || 1) / (Math.abs(theta) + Math.sqrt(theta * theta + 1));
  const cos = 1 / Math.sqrt(tan * tan + 1);
  const sin = tan * cos;
  turn(matrix[p], matrix[q], cos, sin);
  for (const row of matrix) {
    const [a, b] = [row[p], row[q]];
    row[p] = cos * a - sin * b;
    row[q] = sin * a + cos * b;
  }
  turn(vectors[p], vectors[q], cos, sin);
}

function turn(one, other, cos, sin) {
  for (let i = 0; i < one.length; i++) {
    const [a, b] = [one[i], other[i]];
    one[i] = cos * a - sin * b;
    other[i] = sin * a + cos * b;
  }
}

function pointed(vector) {
  const largest = vector.reduce((best, value) => (Math.abs(value) > Math.abs(best) ? value : best), 0);
  return largest < 0 ? vector.map((value) => -value) : vector;
}
