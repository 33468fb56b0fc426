import { jsTrainingBackend, type Products, symmetricEigen } from "@onehead/core/training";
import { type KernelPoints, kernelMatrix, type Metric } from "./kernel-points.js";

/** Rows of the learnt metric at most; the eigenvalues fall off fast, and 64 gave the same losses. */
const widest = 32;
/** Rows at which gradients are taken: a matrix of D² numbers needs no more. */
const mostRows = 800;

/**
 * The metric in which the fitted functions change alike in all directions: one step of a recursive feature machine.
 *
 *   G = mean over rows and models of ∇f_m ∇f_mᵀ,  f_m(x) = Σ_j v_jm exp(−γ |x − a_j|² / 2),  L = Λ^¼ Uᵀ of G = U Λ Uᵀ,
 *
 * cut to its 32 leading rows and scaled to the spread that the points have. Directions in which no model's quality changes
 * are shrunk away.
 *
 * @param points (R, D) and anchors (P, D), in the same coordinates, which the metric starts from
 * @param values (P, M) of a kernel regression with that sharpness
 * Source: Radhakrishnan et al. 2024 (the average gradient outer product, there to the power ½ of the squared distance)
 */
export function learnMetric(
  points: KernelPoints,
  anchors: KernelPoints,
  values: Float32Array,
  sharpness: number,
  products: Products = jsTrainingBackend,
): Metric {
  const D = points.width;
  const sample = sampleRows(points);
  const G = gradientProduct(sample, anchors, values, sharpness, products);
  const { values: eigenvalues, vectors } = symmetricEigen(G, D);
  const width = Math.min(widest, D);
  const projection = new Float32Array(width * D);
  for (let k = 0; k < width; k++) {
    const scale = Math.max(0, eigenvalues[k]) ** 0.25;
    for (let d = 0; d < D; d++) projection[k * D + d] = scale * vectors[k * D + d];
  }
  const spread = totalVariance(sample.values, sample.rows, D);
  const projected = new Float32Array(sample.rows * width);
  for (let r = 0; r < sample.rows; r++) {
    for (let k = 0; k < width; k++) {
      let sum = 0;
      for (let d = 0; d < D; d++) sum += sample.values[r * D + d] * projection[k * D + d];
      projected[r * width + k] = sum;
    }
  }
  const shrunk = totalVariance(projected, sample.rows, width);
  // functions that change nowhere have no metric to teach
  const scale = shrunk > 0 ? Math.sqrt(spread / shrunk) : 1;
  return { width, projection: projection.map((value) => scale * value) };
}

/** G (D, D), summed over models and rows; its scale does not matter. */
function gradientProduct(
  sample: KernelPoints,
  anchors: KernelPoints,
  values: Float32Array,
  sharpness: number,
  products: Products,
): Float64Array {
  const { rows: R, width: D } = sample;
  const P = anchors.rows;
  const M = values.length / P;
  // ∇f_m(x_i) = γ Σ_j k_ij v_jm (a_j − x_i); γ is left out, since the scale does not matter
  const slopes = kernelMatrix(sample, anchors, sharpness, products);
  const G = new Float64Array(D * D);
  const weighted = new Float32Array(R * P);
  const gradients = new Float32Array(R * D);
  const outer = new Float32Array(D * D);
  for (let m = 0; m < M; m++) {
    for (let i = 0; i < R * P; i++) weighted[i] = slopes[i] * values[(i % P) * M + m];
    products.matmul(gradients, weighted, anchors.values, R, P, D);
    for (let r = 0; r < R; r++) {
      let sum = 0;
      for (let j = r * P; j < (r + 1) * P; j++) sum += weighted[j];
      for (let d = 0; d < D; d++) gradients[r * D + d] -= sum * sample.values[r * D + d];
    }
    products.matmulTransposedA(outer, gradients, gradients, D, R, D);
    for (let i = 0; i < G.length; i++) G[i] += outer[i];
  }
  return G;
}

/** At most {@link mostRows} rows, evenly spaced. */
function sampleRows(points: KernelPoints): KernelPoints {
  const { rows, width: D } = points;
  if (rows <= mostRows) return points;
  const values = new Float32Array(mostRows * D);
  const squares = new Float32Array(mostRows);
  for (let i = 0; i < mostRows; i++) {
    const r = Math.floor((i * rows) / mostRows);
    values.set(points.values.subarray(r * D, (r + 1) * D), i * D);
    squares[i] = points.squares[r];
  }
  return { rows: mostRows, width: D, values, squares };
}

/** Sum over columns of the variance over rows. */
function totalVariance(values: Float32Array, rows: number, columns: number): number {
  let total = 0;
  for (let c = 0; c < columns; c++) {
    let sum = 0;
    let squares = 0;
    for (let i = c; i < rows * columns; i += columns) {
      sum += values[i];
      squares += values[i] * values[i];
    }
    total += squares / rows - (sum / rows) ** 2;
  }
  return total;
}
