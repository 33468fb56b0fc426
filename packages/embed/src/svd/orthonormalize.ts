import { jsTrainingBackend, type Products } from "@onehead/core/training";
import { gram } from "./gram.js";

// a column whose part outside the columns before it is below this share of its squared length counts as dependent;
// float32 rounding alone leaves about 1e-14
const dependentShare = 1e-11;

/**
 * Makes the columns of `y` orthonormal by Cholesky–QR: yᵀy = RᵀR, y ← y R⁻¹.
 *
 * Columns that depend on those before them become zero, so that fewer texts than components do no harm.
 *
 * @param y (rows, columns), overwritten
 * Source: Yamamoto et al. 2015, "Roundoff error analysis of the CholeskyQR2 algorithm"
 */
export function orthonormalize(
  y: Float32Array,
  rows: number,
  columns: number,
  products: Products = jsTrainingBackend,
): void {
  const inverse = invertCholesky(gram(y, rows, columns), columns);
  const turned = new Float32Array(rows * columns);
  products.matmul(turned, y, Float32Array.from(inverse), rows, columns, columns);
  y.set(turned);
}

/** R⁻¹ of g = RᵀR, upper triangular; columns of dependent directions are zero. */
function invertCholesky(g: Float64Array, n: number): Float64Array {
  // L = Rᵀ, row by row; a dependent direction gets a zero pivot and a zero column
  const lower = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = g[i * n + j];
      for (let k = 0; k < j; k++) sum -= lower[i * n + k] * lower[j * n + k];
      if (j < i) lower[i * n + j] = lower[j * n + j] > 0 ? sum / lower[j * n + j] : 0;
      else lower[i * n + i] = sum > dependentShare * g[i * n + i] ? Math.sqrt(sum) : 0;
    }
  }
  // column j of R⁻¹ by back substitution in R = Lᵀ
  const inverse = new Float64Array(n * n);
  for (let j = 0; j < n; j++) {
    if (lower[j * n + j] === 0) continue;
    inverse[j * n + j] = 1 / lower[j * n + j];
    for (let i = j - 1; i >= 0; i--) {
      if (lower[i * n + i] === 0) continue;
      let sum = 0;
      for (let k = i + 1; k <= j; k++) sum += lower[k * n + i] * inverse[k * n + j];
      inverse[i * n + j] = -sum / lower[i * n + i];
    }
  }
  return inverse;
}
