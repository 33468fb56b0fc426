import { type Manifest, networkModel } from "../artifact/manifest.js";
import type { TensorMap } from "../artifact/tensor.js";
import type { Backend } from "../kernels/backend.js";
import { squaredNorms } from "../kernels/laplace.js";
import { rbfOfProducts, unitRows } from "../kernels/rbf.js";
import { gatherColumns, maxRows, tensorData } from "./attention-form.js";

/**
 * Attention over the anchors with weights that are not divided by their sum, which stands beside the averaged networks as one
 * more opinion on quality:
 *
 *   x = L e / |e|,  w_j = exp(−γ |x − x_j|² / 2),  logit_m = μ_m + Σ_j w_j V_jm
 *
 * L (K, D) projects query and anchors alike. Far from every anchor all w vanish and the logit is that of the model's mean.
 * Source: arXiv 2509.09782 (our reading); as a function a kernel logistic regression
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
    rbfOfProducts(this.#weights, this.#pointSquares, this.#anchorSquares, rows, P, this.#sharpness);
    this.#backend.matmul(this.logits, this.#weights, this.#values, rows, P, M);
    for (let b = 0; b < rows; b++) {
      for (let m = 0; m < M; m++) this.logits[b * M + m] += this.#means[m];
    }
  }

  /** (P) weights of row `row` of the last `forward`, divided by their sum: how much of the answer came from each anchor. */
  attentionWeights(row: number): Float32Array {
    const weights = this.#weights.slice(row * this.#anchorCount, (row + 1) * this.#anchorCount);
    let sum = 0;
    for (const weight of weights) sum += weight;
    return sum > 0 ? weights.map((weight) => weight / sum) : weights;
  }
}
