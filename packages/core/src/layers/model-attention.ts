import { type Manifest, networkModel } from "../artifact/manifest.js";
import type { TensorMap } from "../artifact/tensor.js";
import type { Backend } from "../kernels/backend.js";
import { type AttentionForm, gatherColumns, maxRows, tensorData } from "./attention-form.js";

/** One member's weights, folded for a pool. D embedding, K key, H hidden of each head, M models of the pool. */
interface FoldedMember {
  /** (K, D): W_q, and the layer norm (K) on its output. */
  query: Float32Array;
  normGain: Float32Array;
  normBias: Float32Array;
  /** (M, K): τ/√K k_m. */
  scaledKeys: Float32Array;
  /** (2H, K): A_q. */
  headQuery: Float32Array;
  /** (M, 2H): A_o v_m, so that A_o o = Σ_m w_m (A_o v_m). */
  headValues: Float32Array;
  /** (M, 2H): A_k k_m + a. */
  headModel: Float32Array;
  /** (2H): c. */
  headOutput: Float32Array;
  /** (M) each. */
  qualityBias: Float32Array;
  costBias: Float32Array;
}

/**
 * The literal form: single-head cross-attention of the query over the models themselves, read out by two heads.
 *
 *   q = norm(W_q e),  w = softmax(τ · q·k_m / √K) over the M models,  o = Σ_m w_m v_m
 *   h_m = relu(A_q q + A_o o + A_k k_m + a)      (2H): the first H are the quality head's, the last H the cost head's
 *   logit_m = b_m + Σ_{h<H} c_h h_mh,  y_m = b'_m + Σ_{h≥H} c_h h_mh
 *
 * with k_m and v_m projected from the model embedding p_m when the artifact is written. All that the models decide by
 * themselves is computed once a pool, which leaves a request K (D + 2H) + M (K + 4H) multiply-adds. The pool changes o:
 * leaving a model out changes what the others are predicted (attention over anchors has no such coupling).
 * Source: arXiv 2509.09782 (our reading)
 */
export class ModelAttention implements AttentionForm {
  readonly members: number;
  readonly models: number;
  readonly dimensions: number;
  readonly #backend: Backend;
  readonly #keyWidth: number;
  readonly #hiddenWidth: number;
  readonly #folded: FoldedMember[];
  // scratch for one block of rows of one member, owned so that a request allocates nothing
  readonly #query: Float32Array;
  readonly #weights: Float32Array;
  readonly #shared: Float32Array;

  constructor(manifest: Manifest, tensors: TensorMap, columns: readonly number[], backend: Backend) {
    const { members, keyWidth: K, hiddenWidth: H } = networkModel(manifest);
    const M = columns.length;
    this.members = members;
    this.models = M;
    this.dimensions = manifest.embedder.dimensions;
    this.#backend = backend;
    this.#keyWidth = K;
    this.#hiddenWidth = H;
    this.#folded = [];
    for (let s = 0; s < members; s++) this.#folded.push(foldMember(manifest, tensors, columns, backend, s));
    this.#query = backend.allocate(maxRows * K);
    this.#weights = backend.allocate(maxRows * M);
    this.#shared = backend.allocate(maxRows * 2 * H);
  }

  forward(qualityLogits: Float32Array, costOutputs: Float32Array, embeddings: Float32Array, rows: number): void {
    for (let s = 0; s < this.members; s++) {
      this.#attend(this.#folded[s], embeddings, rows);
      this.#readOut(this.#folded[s], qualityLogits, costOutputs, s * rows * this.models, rows);
    }
  }

  /** Query, attention over the models and what both give the hidden layer, A_q q + A_o o, for a block of rows. */
  #attend(member: FoldedMember, embeddings: Float32Array, rows: number): void {
    const K = this.#keyWidth;
    const H2 = 2 * this.#hiddenWidth;
    const M = this.models;
    const backend = this.#backend;
    const query = this.#query;
    const weights = this.#weights;
    const shared = this.#shared;
    backend.matmulTransposedB(query, embeddings, member.query, rows, this.dimensions, K);
    backend.layerNorm(query, query, member.normGain, member.normBias, rows, K, 1e-5);
    backend.matmulTransposedB(weights, query, member.scaledKeys, rows, K, M);
    backend.softmaxRows(weights, weights, rows, M, 1);
    backend.matmulTransposedB(shared, query, member.headQuery, rows, K, H2);
    backend.matmul(shared, weights, member.headValues, rows, M, H2, true);
  }

  /** Both heads of every row over all models; the block's outputs start at `base`. */
  #readOut(member: FoldedMember, qualities: Float32Array, costs: Float32Array, base: number, rows: number): void {
    const { headModel, headOutput, qualityBias, costBias } = member;
    const H = this.#hiddenWidth;
    const M = this.models;
    const shared = this.#shared;
    for (let b = 0; b < rows; b++) {
      const row = b * 2 * H;
      for (let m = 0; m < M; m++) {
        const own = m * 2 * H;
        let quality = qualityBias[m];
        let cost = costBias[m];
        // Math.max, unlike a comparison, hands a NaN on
        for (let h = 0; h < H; h++) quality += headOutput[h] * Math.max(0, shared[row + h] + headModel[own + h]);
        for (let h = H; h < 2 * H; h++) cost += headOutput[h] * Math.max(0, shared[row + h] + headModel[own + h]);
        qualities[base + b * M + m] = quality;
        costs[base + b * M + m] = cost;
      }
    }
  }
}

function foldMember(
  manifest: Manifest,
  tensors: TensorMap,
  columns: readonly number[],
  backend: Backend,
  s: number,
): FoldedMember {
  const { keyWidth: K, hiddenWidth: H, temperature } = networkModel(manifest);
  const M = columns.length;
  const read = (name: string): Float32Array => tensorData(tensors, `member.${s}.${name}`);
  const pickRows = (name: string): Float32Array => {
    const source = read(name);
    const out = new Float32Array(M * K);
    for (let m = 0; m < M; m++) out.set(source.subarray(columns[m] * K, (columns[m] + 1) * K), m * K);
    return out;
  };
  const pickBias = (name: string): Float32Array => {
    const out = new Float32Array(M);
    gatherColumns(out, M, 0, read(name), 1, read(name).length, columns);
    return out;
  };

  const keys = pickRows("modelKey");
  const headValues = backend.allocate(M * 2 * H);
  backend.matmulTransposedB(headValues, pickRows("modelValue"), read("head.value"), M, K, 2 * H);
  const headModel = backend.allocate(M * 2 * H);
  backend.matmulTransposedB(headModel, keys, read("head.model"), M, K, 2 * H);
  const headBias = read("head.bias");
  for (let i = 0; i < M * 2 * H; i++) headModel[i] += headBias[i % (2 * H)];

  return {
    query: backend.allocate(read("query")),
    normGain: read("queryNorm.gain"),
    normBias: read("queryNorm.bias"),
    scaledKeys: backend.allocate(keys.map((value) => (value * temperature) / Math.sqrt(K))),
    headQuery: backend.allocate(read("head.query")),
    headValues,
    headModel,
    headOutput: read("head.output"),
    qualityBias: pickBias("bias.quality"),
    costBias: pickBias("bias.cost"),
  };
}
