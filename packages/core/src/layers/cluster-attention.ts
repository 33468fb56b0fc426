import type { ClusterModel, Manifest } from "../artifact/manifest.js";
import type { TensorMap } from "../artifact/tensor.js";
import type { Backend } from "../kernels/backend.js";
import { unitRows } from "../kernels/rbf.js";
import { gatherColumns, maxRows, tensorData } from "./attention-form.js";

const leastProbability = 1e-3;

/**
 * Attention over clusters of prompts, one more opinion on quality: a prompt belongs to all clusters of a size by a softmax, and
 * gets the mean of what the models score in them.
 *
 *   ŝ_m = mean_g Σ_k w_gk Ψ_gkm,  w_g = softmax(Θ_g e / |e| + b_g),  logit_m = ln ŝ_m / (1 − ŝ_m)
 *
 * over G groups of K_g clusters. Source: arXiv 2509.09782 (our reading: keys are learnt, values are the models' profiles);
 * for one group, the learned cluster map of arXiv 2502.08773
 */
export class ClusterAttention {
  /** (B, M) logits of the last `forward`. */
  readonly logits: Float32Array;
  readonly #backend: Backend;
  readonly #dimensions: number;
  readonly #models: number;
  readonly #groups: readonly Group[];
  /** (B, D) e / |e| of one block of rows. */
  readonly #unit: Float32Array;

  /** @param clusters the manifest's `model.clusters` */
  constructor(
    manifest: Manifest,
    tensors: TensorMap,
    columns: readonly number[],
    backend: Backend,
    clusters: ClusterModel,
  ) {
    const D = manifest.embedder.dimensions;
    const M = columns.length;
    this.#backend = backend;
    this.#dimensions = D;
    this.#models = M;
    const [keys, bias, values] = ["key", "bias", "value"].map((name) => tensorData(tensors, `clusters.${name}`));
    const stride = values.length / bias.length;
    let first = 0;
    this.#groups = clusters.sizes.map((size) => {
      const own = backend.allocate(size * M);
      gatherColumns(own, M, 0, values.subarray(first * stride), size, stride, columns);
      const start = first;
      first += size;
      return {
        keys: backend.allocate(keys.subarray(start * D, first * D)),
        bias: bias.subarray(start, first),
        values: own,
        weights: backend.allocate(maxRows * size),
      };
    });
    this.logits = backend.allocate(maxRows * M);
    this.#unit = backend.allocate(maxRows * D);
  }

  /** Writes the (K) weights of row `row` of the last `forward`, group by group. */
  readWeights(out: Float64Array, offset: number, row: number): void {
    for (const { bias, weights } of this.#groups) {
      for (let k = 0; k < bias.length; k++) out[offset++] = weights[row * bias.length + k];
    }
  }

  /** @param embeddings (B, D), B at most `maxRows` */
  forward(embeddings: Float32Array, rows: number): void {
    const backend = this.#backend;
    const D = this.#dimensions;
    const M = this.#models;
    const logits = this.logits;
    unitRows(this.#unit, embeddings, rows, D);
    for (let g = 0; g < this.#groups.length; g++) {
      const { keys, bias, values, weights } = this.#groups[g];
      const K = bias.length;
      backend.matmulTransposedB(weights, this.#unit, keys, rows, D, K);
      for (let i = 0; i < rows * K; i++) weights[i] += bias[i % K];
      backend.softmaxRows(weights, weights, rows, K, 1);
      backend.matmul(logits, weights, values, rows, K, M, g > 0);
    }
    for (let i = 0; i < rows * M; i++) {
      // Math.min and Math.max keep a NaN
      const quality = Math.min(1 - leastProbability, Math.max(leastProbability, logits[i] / this.#groups.length));
      logits[i] = Math.log(quality / (1 - quality));
    }
  }
}

/** Θ (K, D), b (K) and Ψ (K, M) of one group, and the weights (B, K) of one block of rows. */
interface Group {
  keys: Float32Array;
  bias: Float32Array;
  values: Float32Array;
  weights: Float32Array;
}
