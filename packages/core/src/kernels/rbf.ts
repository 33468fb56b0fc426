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
