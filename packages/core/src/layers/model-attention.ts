import { type Manifest, networkModel } from "../artifact/manifest.js";
import type { TensorMap } from "../artifact/tensor.js";
import type { Backend } from "../kernels/backend.js";
import { type AttentionForm, gatherColumns, maxRows, tensorData } from "./attention-form.js";

/** One member's weights, folded for a pool. D embedding, K key, H hidden, M models of the pool. */
interface FoldedMember {
  /** (K, D) and the layer norm (K) on its output. */
  query: Float32Array;
  normGain: Float32Array;
  normBias: Float32Array;
  /** (M, K): keys as the heads see them, and the same times τ/√K for the attention. */
  keys: Float32Array;
  scaledKeys: Float32Array;
  /** (M, K). */
  values: Float32Array;
  /** (H, 2K): the head's first layer on the query-only inputs [q, o]. */
  headShared: Float32Array;
  /** (M, H): its part that only the model decides, with the bias. */
  headModel: Float32Array;
  /** (H, K): its part on q ⊙ k_m. */
  headProduct: Float32Array;
  /** (2, H): quality and cost. */
  headOutput: Float32Array;
  /** (M) each. */
  qualityBias: Float32Array;
  costBias: Float32Array;
}

/**
 * The literal form: single-head cross-attention of the query over the models themselves.
 *
 *   q = norm(W_q e),  w = softmax(τ · q·k_m / √K) over the M models,  o = Σ_m w_m v_m
 *   h_m = gelu(A_q q + A_o o + A_k k_m + A_p (q ⊙ k_m) + a),  logit_m = b_m + c·h_m
 *
 * with k_m and v_m projected from the model embedding p_m when the artifact is written.
 * A_k k_m + a does not depend on the query and is computed once per pool. The pool changes o: leaving a model out
 * changes what the others are predicted (attention over anchors has no such coupling).
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
  readonly #query: Float32Array;
  readonly #weights: Float32Array;
  readonly #attended: Float32Array;
  readonly #shared: Float32Array;
  readonly #sharedHidden: Float32Array;
  readonly #products: Float32Array;
  readonly #hidden: Float32Array;
  readonly #outputs: Float32Array;

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
    this.#attended = backend.allocate(maxRows * K);
    this.#shared = backend.allocate(maxRows * 2 * K);
    this.#sharedHidden = backend.allocate(maxRows * H);
    this.#products = backend.allocate(M * K);
    this.#hidden = backend.allocate(M * H);
    this.#outputs = backend.allocate(M * 2);
  }

  forward(qualityLogits: Float32Array, costOutputs: Float32Array, embeddings: Float32Array, rows: number): void {
    const M = this.models;
    for (let s = 0; s < this.members; s++) {
      this.#attend(this.#folded[s], embeddings, rows);
      for (let b = 0; b < rows; b++) {
        this.#readOut(this.#folded[s], b, qualityLogits, costOutputs, (s * rows + b) * M);
      }
    }
  }

  /** Query, attention over the models and the query-only part of the heads, for a block of rows. */
  #attend(member: FoldedMember, embeddings: Float32Array, rows: number): void {
    const K = this.#keyWidth;
    const M = this.models;
    const backend = this.#backend;
    const query = this.#query;
    const weights = this.#weights;
    backend.matmulTransposedB(query, embeddings, member.query, rows, this.dimensions, K);
    backend.layerNorm(query, query, member.normGain, member.normBias, rows, K, 1e-5);
    backend.matmulTransposedB(weights, query, member.scaledKeys, rows, K, M);
    backend.softmaxRows(weights, weights, rows, M, 1);
    backend.matmul(this.#attended, weights, member.values, rows, M, K);
    // [q, o] side by side through the first layer
    for (let b = 0; b < rows; b++) {
      for (let k = 0; k < K; k++) {
        this.#shared[b * 2 * K + k] = query[b * K + k];
        this.#shared[b * 2 * K + K + k] = this.#attended[b * K + k];
      }
    }
    backend.matmulTransposedB(this.#sharedHidden, this.#shared, member.headShared, rows, 2 * K, this.#hiddenWidth);
  }

  /** The heads of one row over all models. */
  #readOut(member: FoldedMember, b: number, quality: Float32Array, cost: Float32Array, base: number): void {
    const K = this.#keyWidth;
    const H = this.#hiddenWidth;
    const M = this.models;
    const products = this.#products;
    const hidden = this.#hidden;
    for (let m = 0; m < M; m++) {
      for (let k = 0; k < K; k++) products[m * K + k] = this.#query[b * K + k] * member.keys[m * K + k];
    }
    this.#backend.matmulTransposedB(hidden, products, member.headProduct, M, K, H);
    for (let m = 0; m < M; m++) {
      for (let h = 0; h < H; h++) hidden[m * H + h] += this.#sharedHidden[b * H + h] + member.headModel[m * H + h];
    }
    this.#backend.gelu(hidden, hidden, M * H);
    this.#backend.matmulTransposedB(this.#outputs, hidden, member.headOutput, M, H, 2);
    for (let m = 0; m < M; m++) {
      quality[base + m] = this.#outputs[2 * m] + member.qualityBias[m];
      cost[base + m] = this.#outputs[2 * m + 1] + member.costBias[m];
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
  const pickRows = (name: string, width: number): Float32Array => {
    const source = read(name);
    const out = backend.allocate(M * width);
    for (let m = 0; m < M; m++) out.set(source.subarray(columns[m] * width, (columns[m] + 1) * width), m * width);
    return out;
  };
  const pickBias = (name: string): Float32Array => {
    const out = new Float32Array(M);
    gatherColumns(out, M, 0, read(name), 1, read(name).length, columns);
    return out;
  };

  const keys = pickRows("modelKey", K);
  const headModel = new Float32Array(M * H);
  backend.matmulTransposedB(headModel, keys, read("head.model"), M, K, H);
  const headBias = read("head.bias");
  for (let i = 0; i < M * H; i++) headModel[i] += headBias[i % H];

  return {
    query: backend.allocate(read("query")),
    normGain: read("queryNorm.gain"),
    normBias: read("queryNorm.bias"),
    keys,
    scaledKeys: backend.allocate(keys.map((value) => (value * temperature) / Math.sqrt(K))),
    values: pickRows("modelValue", K),
    headShared: backend.allocate(read("head.shared")),
    headModel,
    headProduct: backend.allocate(read("head.product")),
    headOutput: backend.allocate(read("head.output")),
    qualityBias: pickBias("bias.quality"),
    costBias: pickBias("bias.cost"),
  };
}
