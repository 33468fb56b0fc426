import { jsBackend } from "../kernels/backend.js";
import { choleskyFactor, choleskySolve } from "./cholesky.js";
import { labelGroups } from "./label-groups.js";
import type { Products } from "./staged-products.js";

/**
 * Kernel ridge regression on P anchors (subset of regressors): for every column c
 *
 *   min over v of Σ_i g_i (y_ic − Σ_j k_ij v_j)² + λ vᵀ W v,   W_jl = k(a_j, a_l),
 *
 * over the rows i in which column c is known. Columns that are known in the same rows share one factorisation.
 *
 * @param kernel  (R, P) kernel of every row with every anchor
 * @param targets (R, C), NaN where unknown
 * @param anchorKernel W (P, P)
 * @param ridges  λ, any number of them
 * @param weights (R) g, 1 for all unless given
 * @returns for every λ the values (P, C)
 */
export function fitKernelRidge(
  kernel: Float32Array,
  targets: Float32Array,
  columns: number,
  anchorKernel: Float32Array,
  ridges: readonly number[],
  weights?: Float32Array,
  products: Products = jsBackend,
): Float32Array[] {
  const P = Math.sqrt(anchorKernel.length);
  const fits = ridges.map(() => new Float32Array(P * columns));
  for (const group of labelGroups(targets, columns)) {
    const n = group.rows.length;
    if (n === 0) continue;
    const C = group.columns.length;
    const rows = new Float32Array(n * P);
    const weighted = new Float32Array(n * P);
    const values = new Float32Array(n * C);
    group.rows.forEach((r, i) => {
      const weight = weights?.[r] ?? 1;
      for (let j = 0; j < P; j++) {
        rows[i * P + j] = kernel[r * P + j];
        weighted[i * P + j] = weight * kernel[r * P + j];
      }
      group.columns.forEach((c, k) => {
        values[i * C + k] = targets[r * columns + c];
      });
    });
    // sums of float64, whatever else is computed in float32: nearly dependent anchors leave the pivots little
    const gram = new Float32Array(P * P);
    products.matmulTransposedA(gram, weighted, rows, P, n, P);
    const moments = new Float32Array(P * C);
    products.matmulTransposedA(moments, weighted, values, P, n, C);
    ridges.forEach((ridge, f) => {
      const system = Float64Array.from(gram, (value, i) => value + ridge * anchorKernel[i]);
      // anchors that lie close together make W nearly singular
      for (let j = 0; j < P; j++) system[j * P + j] += 1e-3 * (1 + ridge);
      choleskyFactor(system, P);
      const solution = Float64Array.from(moments);
      choleskySolve(system, solution, P, C);
      for (let j = 0; j < P; j++) {
        group.columns.forEach((c, k) => {
          fits[f][j * columns + c] = solution[j * C + k];
        });
      }
    });
  }
  return fits;
}
