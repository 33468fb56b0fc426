import { OneheadError } from "../errors/onehead-error.js";
import { assertAtLeast } from "../errors/shape-error.js";

/**
 * Cholesky factor of a symmetric positive definite matrix, in place: A = L Lᵀ.
 *
 * @param a (n, n) row-major; its lower triangle is read and replaced by L, the upper one is left alone
 * @throws OneheadError "invalid-argument" naming the pivot when the matrix is not positive definite
 */
export function choleskyFactor(a: Float64Array, n: number): void {
  assertAtLeast("choleskyFactor: a", a.length, n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      const sum = a[i * n + j] - rowDot(a, i * n, j * n, j);
      if (i !== j) {
        a[i * n + j] = sum / a[j * n + j];
      } else if (sum > 0) {
        a[i * n + i] = Math.sqrt(sum);
      } else {
        throw new OneheadError(
          "invalid-argument",
          `choleskyFactor: not positive definite: pivot ${i} is ${sum}, expected above 0`,
        );
      }
    }
  }
}

/**
 * Solves A x = b for every column of b, in place, from the factor of {@link choleskyFactor}.
 *
 * @param factor (n, n) with L in its lower triangle
 * @param b      (n, columns); replaced by the solutions
 */
export function choleskySolve(factor: Float64Array, b: Float64Array, n: number, columns: number): void {
  assertAtLeast("choleskySolve: factor", factor.length, n * n);
  assertAtLeast("choleskySolve: b", b.length, n * columns);
  // L y = b
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < i; k++) subtractRow(b, i, k, factor[i * n + k], columns);
    scaleRow(b, i, 1 / factor[i * n + i], columns);
  }
  // Lᵀ x = y
  for (let i = n - 1; i >= 0; i--) {
    scaleRow(b, i, 1 / factor[i * n + i], columns);
    for (let k = 0; k < i; k++) subtractRow(b, k, i, factor[i * n + k], columns);
  }
}

/** Σ_k a[i + k] a[j + k] over `count` elements, in four sums. */
function rowDot(a: Float64Array, i: number, j: number, count: number): number {
  let s0 = 0;
  let s1 = 0;
  let s2 = 0;
  let s3 = 0;
  let k = 0;
  for (; k + 3 < count; k += 4) {
    s0 += a[i + k] * a[j + k];
    s1 += a[i + k + 1] * a[j + k + 1];
    s2 += a[i + k + 2] * a[j + k + 2];
    s3 += a[i + k + 3] * a[j + k + 3];
  }
  for (; k < count; k++) s0 += a[i + k] * a[j + k];
  return s0 + s1 + (s2 + s3);
}

function subtractRow(b: Float64Array, target: number, source: number, factor: number, columns: number): void {
  for (let c = 0; c < columns; c++) b[target * columns + c] -= factor * b[source * columns + c];
}

function scaleRow(b: Float64Array, row: number, factor: number, columns: number): void {
  for (let c = 0; c < columns; c++) b[row * columns + c] *= factor;
}
