import type { ClusterModel, Manifest } from "../artifact/manifest.js";
import type { TensorMap } from "../artifact/tensor.js";
import type { Backend } from "../kernels/backend.js";
import type { LinearMap } from "../kernels/linear-map.js";
import { floatsOf, maxRows, tensorData, wholeVectors } from "./attention-form.js";

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
  readonly #backend: Backend;
  readonly #models: number;
  readonly #share: number;
  readonly #groups: readonly Group[];
  /** (B, M) ŝ of the last `forward`. */
  readonly #means: Float32Array;
  readonly #ownMeans: Float32Array;
  readonly #ownLogits: Float32Array;

  /** Floats that `backend` has to hold for M models. */
  static floats(manifest: Manifest, clusters: ClusterModel, M: number): number {
    const D = manifest.embedder.dimensions;
    return clusters.sizes.map(wholeVectors).reduce(
      (total, lanes) =>
        total +
        floatsOf(
          [
            [D, lanes],
            [lanes, M],
          ],
          maxRows * lanes,
        ),
      floatsOf([], (maxRows + 2) * M),
    );
  }

  /**
   * @param clusters the manifest's `model.clusters`
   * @param share    of these logits in the joint ones
   */
  constructor(
    manifest: Manifest,
    tensors: TensorMap,
    columns: readonly number[],
    backend: Backend,
    clusters: ClusterModel,
    share: number,
  ) {
    const D = manifest.embedder.dimensions;
    const M = columns.length;
    this.#backend = backend;
    this.#models = M;
    this.#share = share;
    const [keys, bias, values] = ["key", "bias", "value"].map((name) => tensorData(tensors, `clusters.${name}`));
    const stride = values.length / bias.length;
    let first = 0;
    this.#groups = clusters.sizes.map((size) => {
      const start = first;
      first += size;
      // clusters that nobody belongs to fill the last vector up
      const lanes = wholeVectors(size);
      const ownKeys = new Float32Array(lanes * D);
      ownKeys.set(keys.subarray(start * D, first * D));
      const ownBias = new Float32Array(lanes).fill(Number.NEGATIVE_INFINITY);
      ownBias.set(bias.subarray(start, first));
      // the mean over the groups stands in their values
      const own = new Float32Array(lanes * M);
      const scale = 1 / clusters.sizes.length;
      backend.gatherColumns(own, M, 0, values.subarray(start * stride), size, stride, columns, scale);
      return {
        size,
        keys: backend.bindLinear(ownKeys, D, lanes, "columns-inner", ownBias),
        values: backend.bindLinear(own, lanes, M, "inner-columns"),
        weights: backend.allocate(maxRows * lanes),
      };
    });
    this.#means = backend.allocate(maxRows * M);
    this.#ownMeans = backend.allocate(M);
    this.#ownLogits = backend.allocate(M);
  }

  /** Writes the (K) weights of row `row` of the last `forward`, group by group. */
  readWeights(out: Float64Array, offset: number, row: number): void {
    for (const { size, keys, weights } of this.#groups) {
      for (let k = 0; k < size; k++) out[offset++] = weights[row * keys.columns + k];
    }
  }

  /**
   * @param joint (B, 2M); its first M columns receive share · logit_m on top
   * @param unit  (B, D) e / |e|, B at most `maxRows`
   */
  forward(joint: Float32Array, unit: Float32Array, rows: number): void {
    const backend = this.#backend;
    const M = this.#models;
    for (let g = 0; g < this.#groups.length; g++) {
      const { keys, values, weights } = this.#groups[g];
      backend.applyLinear(weights, unit, keys, rows);
      backend.softmaxRows(weights, weights, rows, keys.columns, 1);
      backend.applyLinear(this.#means, weights, values, rows, g > 0);
    }
    backend.addLogOdds(joint, 2 * M, this.#means, rows, M, this.#share);
  }

  /** Logits (M) of row `row` of the last `forward`. */
  logits(out: Float64Array, offset: number, row: number): void {
    const M = this.#models;
    this.#ownLogits.fill(0);
    for (let m = 0; m < M; m++) this.#ownMeans[m] = this.#means[row * M + m];
    this.#backend.addLogOdds(this.#ownLogits, M, this.#ownMeans, 1, M, 1);
    for (let m = 0; m < M; m++) out[offset + m] = this.#ownLogits[m];
  }
}

/** K clusters: Θ and b (D to K) and Ψ (K to M), and the weights (B, K) of one block of rows. */
interface Group {
  size: number;
  keys: LinearMap;
  values: LinearMap;
  weights: Float32Array;
}
