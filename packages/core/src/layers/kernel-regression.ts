import { type KernelModel, type Manifest, networkModel } from "../artifact/manifest.js";
import type { TensorMap } from "../artifact/tensor.js";
import type { Backend } from "../kernels/backend.js";
import { squaredNorms } from "../kernels/laplace.js";
import { rbfOfProducts, unitRows } from "../kernels/rbf.js";
import { gatherColumns, maxRows, tensorData } from "./attention-form.js";

/**
 * Attention over the anchors with weights that are not divided by their sum, which stands beside the averaged networks as one
 * more opinion on quality:
 *
 *   p = U e / |e|,  x = L p,  w_j = exp(−γ |x − x_j|² / 2),  logit_m = μ_m + Σ_j w_j V_jm,  Δy_m = Σ_j w_j C_jm
 *
 * U (Q, D) are the principal directions of the training embeddings, L (K, Q) a metric learnt in them (the identity where the
 * artifact has none), and Δy is added to what the networks say of the log cost. Far from every anchor all w vanish and the logit is that of the model's mean. How far off a prompt is
 * from all that was trained on is its novelty, 1 − |p|²: the squared distance of e / |e| from the span of the directions.
 * Source: arXiv 2509.09782 (our reading); as a function a kernel logistic regression
 */
export class KernelRegression {
  /** (B, M) logits of the last `forward`. */
  readonly logits: Float32Array;
  /** (B, M) Δy of the last `forward`. */
  readonly costOutputs: Float32Array;
  /** (M) μ: logits of the models' means. */
  readonly means: Float32Array;
  /** (M) log costs of the models' means. */
  readonly meanCosts: Float32Array;
  /** (B) 1 up to the novelty `near`, 0 from `far` on, linear between. */
  readonly familiarity: Float32Array;
  readonly #backend: Backend;
  readonly #dimensions: number;
  readonly #anchorCount: number;
  readonly #kernel: KernelModel;
  /** (Q, D). */
  readonly #directions: Float32Array;
  /** (K, Q); null for the identity. */
  readonly #metric: Float32Array | null;
  /** (P, K) x_j of the anchors, and (P) their squared lengths. */
  readonly #anchors: Float32Array;
  readonly #anchorSquares: Float32Array;
  /** (P, 2M) V beside C. */
  readonly #values: Float32Array;
  // of one block of rows: (B, D) e / |e|, (B, Q) p, (B, K) x, (B) squared lengths, (B, P) w, (B, 2M) sums
  readonly #unit: Float32Array;
  readonly #projected: Float32Array;
  readonly #points: Float32Array;
  readonly #squares: Float32Array;
  readonly #weights: Float32Array;
  readonly #sums: Float32Array;

  /** @param kernel the manifest's `model.kernel` */
  constructor(
    manifest: Manifest,
    tensors: TensorMap,
    columns: readonly number[],
    backend: Backend,
    kernel: KernelModel,
  ) {
    const P = networkModel(manifest).anchors;
    const M = columns.length;
    const { directions: Q, metric: K = Q } = kernel;
    this.#backend = backend;
    this.#dimensions = manifest.embedder.dimensions;
    this.#anchorCount = P;
    this.#kernel = kernel;
    this.#directions = backend.allocate(tensorData(tensors, "kernel.directions"));
    this.#metric = kernel.metric === undefined ? null : backend.allocate(tensorData(tensors, "kernel.metric"));
    this.#anchors = backend.allocate(tensorData(tensors, "kernel.anchors"));
    this.#anchorSquares = new Float32Array(P);
    squaredNorms(this.#anchorSquares, this.#anchors, P, K);
    const gatherMeans = (name: string): Float32Array => {
      const means = tensorData(tensors, name);
      const gathered = new Float32Array(M);
      gatherColumns(gathered, M, 0, means, 1, means.length, columns);
      return gathered;
    };
    this.means = gatherMeans("kernel.mean.quality");
    this.meanCosts = gatherMeans("kernel.mean.cost");
    this.#values = backend.allocate(P * 2 * M);
    const values = tensorData(tensors, "kernel.value.quality");
    const measured = values.length / P;
    gatherColumns(this.#values, 2 * M, 0, values, P, measured, columns);
    gatherColumns(this.#values, 2 * M, M, tensorData(tensors, "kernel.value.cost"), P, measured, columns);
    this.logits = new Float32Array(maxRows * M);
    this.costOutputs = new Float32Array(maxRows * M);
    this.familiarity = new Float32Array(maxRows);
    this.#unit = backend.allocate(maxRows * this.#dimensions);
    this.#projected = backend.allocate(maxRows * Q);
    this.#points = this.#metric === null ? this.#projected : backend.allocate(maxRows * K);
    this.#squares = new Float32Array(maxRows);
    this.#weights = backend.allocate(maxRows * P);
    this.#sums = backend.allocate(maxRows * 2 * M);
  }

  /** @param embeddings (B, D), B at most `maxRows` */
  forward(embeddings: Float32Array, rows: number): void {
    const D = this.#dimensions;
    const P = this.#anchorCount;
    const M = this.means.length;
    const { sharpness, directions: Q, metric: K = Q, near, far } = this.#kernel;
    const backend = this.#backend;
    const squares = this.#squares;
    unitRows(this.#unit, embeddings, rows, D);
    backend.matmulTransposedB(this.#projected, this.#unit, this.#directions, rows, D, Q);
    squaredNorms(squares, this.#projected, rows, Q);
    for (let b = 0; b < rows; b++) {
      // Math.min and Math.max keep a NaN
      this.familiarity[b] = Math.min(1, Math.max(0, (far - (1 - squares[b])) / (far - near)));
    }
    if (this.#metric !== null) {
      backend.matmulTransposedB(this.#points, this.#projected, this.#metric, rows, Q, K);
      squaredNorms(squares, this.#points, rows, K);
    }
    backend.matmulTransposedB(this.#weights, this.#points, this.#anchors, rows, K, P);
    rbfOfProducts(this.#weights, squares, this.#anchorSquares, rows, P, sharpness);
    backend.matmul(this.#sums, this.#weights, this.#values, rows, P, 2 * M);
    for (let b = 0; b < rows; b++) {
      for (let m = 0; m < M; m++) {
        this.logits[b * M + m] = this.#sums[b * 2 * M + m] + this.means[m];
        this.costOutputs[b * M + m] = this.#sums[b * 2 * M + M + m];
      }
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
