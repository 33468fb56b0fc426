import { type Manifest, networkModel } from "../artifact/manifest.js";
import type { TensorMap } from "../artifact/tensor.js";
import type { Backend } from "../kernels/backend.js";
import { laplaceOfProducts, squaredNorms } from "../kernels/laplace.js";
import { logEach } from "../kernels/log.js";
import { unitRows } from "../kernels/rbf.js";
import { gatherColumns, maxRows, tensorData } from "./attention-form.js";

/** A predicted probability stays this far from 0 and 1, so that one far-off sum does not outvote the networks. */
export const kernelMargin = 0.02;

/**
 * Kernel ridge regression on the anchors, which stands beside the averaged networks as one more opinion on quality:
 *
 *   x = L e / |e|,  p_m = μ_m + Σ_j exp(−√γ |x − x_j|) V_jm,  logit_m = ln(p / (1 − p)),  p held within [0.02, 0.98]
 *
 * with the metric L (K, D) learnt from the scores. Far from every anchor the sum vanishes and p is the model's mean.
 * Source of the metric: Radhakrishnan et al. 2024, "Mechanism for feature learning in neural networks and
 * backpropagation-free machine learning models" (recursive feature machines)
 */
export class KernelRegression {
  /** (B, M) logits of the last `forward`. */
  readonly logits: Float32Array;
  readonly #backend: Backend;
  readonly #dimensions: number;
  readonly #anchorCount: number;
  readonly #models: number;
  readonly #sharpness: number;
  readonly #width: number;
  /** (K, D). */
  readonly #projection: Float32Array;
  /** (P, K) x_j of the anchors, and (P) their squared lengths. */
  readonly #anchors: Float32Array;
  readonly #anchorSquares: Float32Array;
  /** (P, M). */
  readonly #values: Float32Array;
  /** (M). */
  readonly #means: Float32Array;
  readonly #unit: Float32Array;
  readonly #points: Float32Array;
  readonly #pointSquares: Float32Array;
  readonly #weights: Float32Array;
  readonly #odds: Float64Array;

  /** @param kernel γ and K of the manifest's `model.kernel` */
  constructor(
    manifest: Manifest,
    tensors: TensorMap,
    columns: readonly number[],
    backend: Backend,
    kernel: { sharpness: number; width: number },
  ) {
    const P = networkModel(manifest).anchors;
    const M = columns.length;
    this.#backend = backend;
    this.#dimensions = manifest.embedder.dimensions;
    this.#anchorCount = P;
    this.#models = M;
    this.#sharpness = kernel.sharpness;
    this.#width = kernel.width;
    this.#projection = tensorData(tensors, "kernel.projection");
    this.#anchors = tensorData(tensors, "kernel.anchors");
    this.#anchorSquares = new Float32Array(P);
    squaredNorms(this.#anchorSquares, this.#anchors, P, kernel.width);
    const means = tensorData(tensors, "kernel.mean");
    this.#values = new Float32Array(P * M);
    gatherColumns(this.#values, M, 0, tensorData(tensors, "kernel.value"), P, means.length, columns);
    this.#means = new Float32Array(M);
    gatherColumns(this.#means, M, 0, means, 1, means.length, columns);
    this.logits = new Float32Array(maxRows * M);
    this.#unit = new Float32Array(maxRows * this.#dimensions);
    this.#points = new Float32Array(maxRows * kernel.width);
    this.#pointSquares = new Float32Array(maxRows);
    this.#weights = new Float32Array(maxRows * P);
    this.#odds = new Float64Array(maxRows * M);
  }

  /** @param embeddings (B, D), B at most `maxRows` */
  forward(embeddings: Float32Array, rows: number): void {
    const D = this.#dimensions;
    const P = this.#anchorCount;
    const M = this.#models;
    unitRows(this.#unit, embeddings, rows, D);
    const K = this.#width;
    this.#backend.matmulTransposedB(this.#points, this.#unit, this.#projection, rows, D, K);
    squaredNorms(this.#pointSquares, this.#points, rows, K);
    this.#backend.matmulTransposedB(this.#weights, this.#points, this.#anchors, rows, K, P);
    laplaceOfProducts(this.#weights, this.#pointSquares, this.#anchorSquares, rows, P, this.#sharpness);
    this.#backend.matmul(this.logits, this.#weights, this.#values, rows, P, M);
    for (let b = 0; b < rows; b++) {
      for (let m = 0; m < M; m++) {
        const i = b * M + m;
        // Math.min and Math.max keep a NaN
        const p = Math.min(1 - kernelMargin, Math.max(kernelMargin, this.logits[i] + this.#means[m]));
        this.#odds[i] = p / (1 - p);
      }
    }
    logEach(this.#odds, this.#odds, rows * M);
    for (let i = 0; i < rows * M; i++) this.logits[i] = this.#odds[i];
  }
}
