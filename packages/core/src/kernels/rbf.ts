import { assertAtLeast } from "../errors/shape-error.js";
import { expEach } from "./exp.js";

const blockSize = 128;
const exponents = new Float64Array(blockSize);

/**
 * Gaussian kernel of unit vectors from their cosines: out = exp(γ (cos − 1)) = exp(−γ |a − b|² / 2), elementwise.
 *
 * @param out, cosines `count` values; out may alias cosines
 * @param sharpness    γ > 0: larger is narrower
 * @throws ShapeError when a buffer is shorter than `count`
 */
export function rbfOfCosines(out: Float32Array, cosines: Float32Array, count: number, sharpness: number): void {
  assertAtLeast("rbfOfCosines: out", out.length, count);
  assertAtLeast("rbfOfCosines: cosines", cosines.length, count);
  for (let start = 0; start < count; start += blockSize) {
    const size = Math.min(blockSize, count - start);
    for (let i = 0; i < size; i++) exponents[i] = sharpness * (cosines[start + i] - 1);
    expEach(exponents, exponents, size);
    for (let i = 0; i < size; i++) out[start + i] = exponents[i];
  }
}

/**
 * Gaussian kernel of rows and centres from their inner products, in place:
 *
 *   products_ij ← exp(−γ |x_i − a_j|² / 2),  |x − a|² = |x|² + |a|² − 2 x·a
 *
 * On unit vectors this is the numerator of softmax attention, exp(γ x·a), over its largest value.
 *
 * @param products       (R, P) x_i·a_j
 * @param rowSquares     (R) |x_i|²;  centreSquares  (P) |a_j|²
 * @param sharpness      γ > 0: larger is narrower
 * @throws ShapeError when a buffer is shorter than its shape
 */
export function rbfOfProducts(
  products: Float32Array,
  rowSquares: Float32Array,
  centreSquares: Float32Array,
  rows: number,
  centres: number,
  sharpness: number,
): void {
  assertAtLeast("rbfOfProducts: products", products.length, rows * centres);
  assertAtLeast("rbfOfProducts: rowSquares", rowSquares.length, rows);
  assertAtLeast("rbfOfProducts: centreSquares", centreSquares.length, centres);
  for (let i = 0; i < rows; i++) {
    for (let start = 0; start < centres; start += blockSize) {
      const size = Math.min(blockSize, centres - start);
      const at = i * centres + start;
      for (let j = 0; j < size; j++) {
        const squared = rowSquares[i] + centreSquares[start + j] - 2 * products[at + j];
        // rounding can leave the distance of equal points below 0; Math.max keeps a NaN
        exponents[j] = -0.5 * sharpness * Math.max(0, squared);
      }
      expEach(exponents, exponents, size);
      for (let j = 0; j < size; j++) products[at + j] = exponents[j];
    }
  }
}

/**
 * Rows scaled to length 1; a row of zeros stays.
 *
 * @param out, x (rows, columns); out may alias x
 * @throws ShapeError when a buffer is shorter than its shape
 */
export function unitRows(out: Float32Array, x: Float32Array, rows: number, columns: number): void {
  assertAtLeast("unitRows: out", out.length, rows * columns);
  assertAtLeast("unitRows: x", x.length, rows * columns);
  for (let r = 0; r < rows; r++) {
    const at = r * columns;
    let squares = 0;
    for (let c = 0; c < columns; c++) squares += x[at + c] * x[at + c];
    const scale = squares > 0 ? 1 / Math.sqrt(squares) : 1;
    for (let c = 0; c < columns; c++) out[at + c] = scale * x[at + c];
  }
}
