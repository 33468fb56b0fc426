import { type KernelModel, type Manifest, networkModel } from "../artifact/manifest.js";
import type { TensorMap } from "../artifact/tensor.js";
import type { Backend } from "../kernels/backend.js";
import type { LinearMap } from "../kernels/linear-map.js";
import { floatsOf, maxRows, tensorData } from "./attention-form.js";

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
  /** (M) μ: logits of the models' means. */
  readonly means: Float32Array;
  /** (M) log costs of the models' means. */
  readonly meanCosts: Float32Array;
  /** (B) 1 up to the novelty `near`, 0 from `far` on, linear between. */
  readonly familiarity: Float32Array;
  readonly #backend: Backend;
  readonly #anchorCount: number;
  readonly #kernel: KernelModel;
  readonly #share: number;
  /** U: D to Q. */
  readonly #directions: LinearMap;
  /** L: Q to K; null for the identity. */
  readonly #metric: LinearMap | null;
  /** x_j of the anchors, K to P, and (P) their squared lengths. */
  readonly #anchors: LinearMap;
  readonly #anchorSquares: Float32Array;
  /** P to 2M: share · (V and μ), beside C. */
  readonly #values: LinearMap;
  // of one block of rows: (B, Q) p, (B, K) x, (B) squared lengths, (B, P) w; of one row, (P) w and (2M) sums
  readonly #projected: Float32Array;
  readonly #points: Float32Array;
  readonly #squares: Float32Array;
  readonly #weights: Float32Array;
  readonly #ownWeights: Float32Array;
  readonly #ownOutputs: Float32Array;

  /** Floats that `backend` has to hold for M models. */
  static floats(manifest: Manifest, { directions: Q, metric: K = Q }: KernelModel, M: number): number {
    const P = networkModel(manifest).anchors;
    return floatsOf(
      [
        [manifest.embedder.dimensions, Q],
        [Q, K],
        [K, P],
        [P, 2 * M],
      ],
      maxRows * (Q + K + P + 1) + 2 * P + 2 * M,
    );
  }

  /**
   * @param kernel the manifest's `model.kernel`
   * @param share  of these logits in the joint ones
   */
  constructor(
    manifest: Manifest,
    tensors: TensorMap,
    columns: readonly number[],
    backend: Backend,
    kernel: KernelModel,
    share: number,
  ) {
    const P = networkModel(manifest).anchors;
    const M = columns.length;
    const { directions: Q, metric: K = Q } = kernel;
    this.#backend = backend;
    this.#anchorCount = P;
    this.#kernel = kernel;
    this.#share = share;
    const bindRows = (name: string, inner: number, outputs: number): LinearMap =>
      backend.bindLinear(tensorData(tensors, name), inner, outputs, "columns-inner");
    this.#directions = bindRows("kernel.directions", manifest.embedder.dimensions, Q);
    this.#metric = kernel.metric === undefined ? null : bindRows("kernel.metric", Q, K);
    this.#anchors = bindRows("kernel.anchors", K, P);
    this.#anchorSquares = backend.allocate(P);
    const gather = (name: string, rows: number, out: Float32Array, outColumn: number, scale: number): Float32Array => {
      const source = tensorData(tensors, name);
      backend.gatherColumns(out, out.length / rows, outColumn, source, rows, source.length / rows, columns, scale);
      return out;
    };
    this.means = gather("kernel.mean.quality", 1, new Float32Array(M), 0, 1);
    this.meanCosts = gather("kernel.mean.cost", 1, new Float32Array(M), 0, 1);
    const values = new Float32Array(P * 2 * M);
    gather("kernel.value.quality", P, values, 0, share);
    gather("kernel.value.cost", P, values, M, 1);
    const bias = gather("kernel.mean.quality", 1, new Float32Array(2 * M), 0, share);
    this.#values = backend.bindLinear(values, P, 2 * M, "inner-columns", bias);
    this.familiarity = new Float32Array(maxRows);
    this.#projected = backend.allocate(maxRows * Q);
    this.#points = this.#metric === null ? this.#projected : backend.allocate(maxRows * K);
    const anchors = tensorData(tensors, "kernel.anchors");
    for (let start = 0; start < P; start += maxRows) {
      const rows = Math.min(maxRows, P - start);
      this.#points.set(anchors.subarray(start * K, (start + rows) * K));
      backend.squaredNorms(this.#anchorSquares.subarray(start), this.#points, rows, K);
    }
    this.#squares = backend.allocate(maxRows);
    this.#weights = backend.allocate(maxRows * P);
    this.#ownWeights = backend.allocate(P);
    this.#ownOutputs = backend.allocate(2 * M);
  }

  /**
   * @param joint (B, 2M) receives share · logit_m, then Δy_m, on top
   * @param unit  (B, D) e / |e|, B at most `maxRows`
   */
  forward(joint: Float32Array, unit: Float32Array, rows: number): void {
    const { sharpness, directions: Q, metric: K = Q, near, far } = this.#kernel;
    const backend = this.#backend;
    const squares = this.#squares;
    backend.applyLinear(this.#projected, unit, this.#directions, rows);
    backend.squaredNorms(squares, this.#projected, rows, Q);
    for (let b = 0; b < rows; b++) {
      // Math.min and Math.max keep a NaN
      this.familiarity[b] = Math.min(1, Math.max(0, (far - (1 - squares[b])) / (far - near)));
    }
    if (this.#metric !== null) {
      backend.applyLinear(this.#points, this.#projected, this.#metric, rows);
      backend.squaredNorms(squares, this.#points, rows, K);
    }
    const P = this.#anchorCount;
    backend.applyLinear(this.#weights, this.#points, this.#anchors, rows);
    backend.rbfOfProducts(this.#weights, squares, this.#anchorSquares, rows, P, sharpness);
    backend.applyLinear(joint, this.#weights, this.#values, rows, true);
  }

  /** Logits (M) of row `row` of the last `forward`; zeros where they have no share. */
  logits(out: Float64Array, offset: number, row: number): void {
    const P = this.#anchorCount;
    for (let j = 0; j < P; j++) this.#ownWeights[j] = this.#weights[row * P + j];
    this.#backend.applyLinear(this.#ownOutputs, this.#ownWeights, this.#values, 1);
    for (let m = 0; m < this.means.length; m++) {
      out[offset + m] = this.#share === 0 ? 0 : this.#ownOutputs[m] / this.#share;
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
