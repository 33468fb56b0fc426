import { assertAtLeast } from "../errors/shape-error.js";
import { expEach } from "./exp.js";

/**
 * Laplace kernel of rows and centres from their inner products, in place:
 *
 *   products_ij ← exp(−√γ |x_i − a_j|),  |x − a|² = |x|² + |a|² − 2 x·a
 *
 * @param products       (R, P) x_i·a_j
 * @param rowSquares     (R) |x_i|²;  centreSquares  (P) |a_j|²
 * @param sharpness      γ > 0: larger is narrower
 * @throws ShapeError when a buffer is shorter than its shape
 */
export function laplaceOfProducts(
  products: Float32Array,
  rowSquares: Float32Array,
  centreSquares: Float32Array,
  rows: number,
  centres: number,
  sharpness: number,
): void {
  assertAtLeast("laplaceOfProducts: products", products.length, rows * centres);
  assertAtLeast("laplaceOfProducts: rowSquares", rowSquares.length, rows);
  assertAtLeast("laplaceOfProducts: centreSquares", centreSquares.length, centres);
  if (exponents.length < centres) exponents = new Float64Array(centres);
  for (let i = 0; i < rows; i++) {
    const at = i * centres;
    for (let j = 0; j < centres; j++) {
      const squared = rowSquares[i] + centreSquares[j] - 2 * products[at + j];
      // rounding can leave the distance of equal points below 0; Math.max keeps a NaN
      exponents[j] = -Math.sqrt(sharpness * Math.max(0, squared));
    }
    expEach(exponents, exponents, centres);
    for (let j = 0; j < centres; j++) products[at + j] = exponents[j];
  }
}

let exponents = new Float64Array(512);
