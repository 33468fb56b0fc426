import { assertAtLeast } from "../errors/shape-error.js";
import { multiplyBlocked } from "./blocked-product.js";
import { multiplyRow } from "./row-product.js";

// The three products are one routine that reads a and b through strides. Each cell is one double accumulator that runs
// over the inner index upwards, whatever the path or tile, so that a row gives the same bits alone or in a batch.

// packed tiles are a quarter faster, but packing b costs as much as three rows: they pay from here on
const fewestPackedRows = 12;

/**
 * Matrix product out = a b, or out += a b.
 *
 * Float32 in and out, float64 in between, rounded once. NaN and infinities follow IEEE arithmetic; an inner size of 0
 * gives zeros.
 *
 * @param out (rows, columns); must not alias a or b
 * @param a   (rows, inner)
 * @param b   (inner, columns)
 * @param accumulate adds to `out` instead of replacing it
 * @throws ShapeError when a buffer is shorter than its shape
 */
export function matmul(
  out: Float32Array,
  a: Float32Array,
  b: Float32Array,
  rows: number,
  inner: number,
  columns: number,
  accumulate = false,
): void {
  assertProduct("matmul", out, a, b, rows, inner, columns);
  multiply(out, a, b, rows, inner, columns, inner, 1, columns, 1, accumulate);
}

/** Matrix product out = a bᵀ, with b (columns, inner); else as {@link matmul}. */
export function matmulTransposedB(
  out: Float32Array,
  a: Float32Array,
  b: Float32Array,
  rows: number,
  inner: number,
  columns: number,
  accumulate = false,
): void {
  assertProduct("matmulTransposedB", out, a, b, rows, inner, columns);
  multiply(out, a, b, rows, inner, columns, inner, 1, 1, inner, accumulate);
}

/** Matrix product out = aᵀ b, with a (inner, rows); else as {@link matmul}. */
export function matmulTransposedA(
  out: Float32Array,
  a: Float32Array,
  b: Float32Array,
  rows: number,
  inner: number,
  columns: number,
  accumulate = false,
): void {
  assertProduct("matmulTransposedA", out, a, b, rows, inner, columns);
  multiply(out, a, b, rows, inner, columns, 1, rows, columns, 1, accumulate);
}

/** @throws ShapeError when a buffer is shorter than its shape */
export function assertProduct(
  name: string,
  out: Float32Array,
  a: Float32Array,
  b: Float32Array,
  rows: number,
  inner: number,
  columns: number,
): void {
  // compared first: building the messages would allocate on every call
  if (out.length >= rows * columns && a.length >= rows * inner && b.length >= inner * columns) return;
  assertAtLeast(`${name}: out`, out.length, rows * columns);
  assertAtLeast(`${name}: a`, a.length, rows * inner);
  assertAtLeast(`${name}: b`, b.length, inner * columns);
}

/** a's element (r, k) stands at r·aRow + k·aInner, b's element (k, c) at k·bInner + c·bColumn. */
function multiply(
  out: Float32Array,
  a: Float32Array,
  b: Float32Array,
  rows: number,
  inner: number,
  columns: number,
  aRow: number,
  aInner: number,
  bInner: number,
  bColumn: number,
  accumulate: boolean,
): void {
  // an empty inner size leaves no block to set the sums: the rows give its zeros
  if (rows >= fewestPackedRows && inner > 0) {
    multiplyBlocked(out, a, b, rows, inner, columns, aRow, aInner, bInner, bColumn, accumulate);
    return;
  }
  for (let r = 0; r < rows; r++) {
    multiplyRow(out, r * columns, a, r * aRow, aInner, b, bInner, bColumn, inner, columns, accumulate);
  }
}
