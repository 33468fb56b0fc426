import { OneheadError } from "../errors/onehead-error.js";
import { assertAtLeast } from "../errors/shape-error.js";

// columns finished at a time: their rows stay in the second-level cache while the rest of the matrix streams past
const panelWidth = 32;

/**
 * Cholesky factor of a symmetric positive definite matrix, in place: A = L Lᵀ.
 *
 * Left-looking, by panels of columns (twice the speed of the row-by-row form at n = 2,000).
 *
 * @param a (n, n) row-major; its lower triangle is read and replaced by L, the upper one is left alone
 * @throws OneheadError "invalid-argument" naming the pivot when the matrix is not positive definite to the precision of
 *   a double (a Gram matrix with dependent columns: add a ridge to its diagonal); `a` is then half-factored
 */
export function choleskyFactor(a: Float64Array, n: number): void {
  assertAtLeast("choleskyFactor: a", a.length, n * n);
  for (let start = 0; start < n; start += panelWidth) {
    const end = Math.min(n, start + panelWidth);
    // what the columns before the panel take away from it
    for (let i = start; i < n; i += 2) {
      for (let j = start; j < end && j <= i; j += 2) subtractTile(a, n, i, j, start, end);
    }
    factorPanel(a, n, start, end);
  }
}

/** Takes Σ_k<depth L_ik L_jk from rows i and i + 1, columns j and j + 1, of the lower triangle. */
function subtractTile(a: Float64Array, n: number, i: number, j: number, depth: number, end: number): void {
  // at an odd edge the second row or column is the first one again, and not stored
  const i1 = Math.min(i + 1, n - 1);
  const j1 = Math.min(j + 1, end - 1);
  let s00 = 0;
  let s01 = 0;
  let s10 = 0;
  let s11 = 0;
  for (let k = 0; k < depth; k++) {
    const x0 = a[i * n + k];
    const x1 = a[i1 * n + k];
    const y0 = a[j * n + k];
    const y1 = a[j1 * n + k];
    s00 += x0 * y0;
    s01 += x0 * y1;
    s10 += x1 * y0;
    s11 += x1 * y1;
  }
  a[i * n + j] -= s00;
  if (j1 > j && j1 <= i) a[i * n + j1] -= s01;
  if (i1 > i) a[i1 * n + j] -= s10;
  if (i1 > i && j1 > j) a[i1 * n + j1] -= s11;
}

/** Factors columns `start` to `end` of all rows below, from which earlier columns are already taken away. */
function factorPanel(a: Float64Array, n: number, start: number, end: number): void {
  for (let i = start; i < n; i++) {
    for (let j = start; j < end && j <= i; j++) {
      let sum = a[i * n + j];
      for (let k = start; k < j; k++) sum -= a[i * n + k] * a[j * n + k];
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
 * @throws ShapeError when a buffer is shorter than its shape
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

function subtractRow(b: Float64Array, target: number, source: number, factor: number, columns: number): void {
  for (let c = 0; c < columns; c++) b[target * columns + c] -= factor * b[source * columns + c];
}

function scaleRow(b: Float64Array, row: number, factor: number, columns: number): void {
  for (let c = 0; c < columns; c++) b[row * columns + c] *= factor;
}
