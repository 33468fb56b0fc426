import { type Manifest, networkModel } from "../artifact/manifest.js";
import type { TensorMap } from "../artifact/tensor.js";
import type { Backend } from "../kernels/backend.js";
import { type AttentionForm, gatherColumns, maxRows, tensorData } from "./attention-form.js";
import { foldHead } from "./fold-head.js";

/** One member's weights, folded for a pool. D embedding, K key, H hidden, P anchors, M models of the pool. */
interface FoldedMember {
  /** (K + H, D): query projection over the trunk's first layer, so that one product serves both. */
  projection: Float32Array;
  /** (H). */
  trunkBias: Float32Array;
  /** (P, K), scaled by τ/√K. */
  keys: Float32Array;
  /** (P + H, 2M): values of the anchors over the folded low-rank heads; quality columns first, then cost. */
  readout: Float32Array;
  /** (2M). */
  bias: Float32Array;
}

/**
 * Single-head cross-attention over anchor prompts, with low-rank model vectors and a shared difficulty beside it:
 *
 *   w = softmax(τ · K (W_q e) / √K),  h = gelu(W_1 e + b_1)
 *   logit_m = b_m + Σ_j w_j V_jm + (Z h)·u_m + g·h
 *
 * and the same readout again for cost. What does not depend on the query is computed once per pool:
 * Z, u and g fold into one (H, M) matrix, which stands under V so that one product reads out everything.
 * Source: arXiv 2509.09782 (our reading): K and V from the model embeddings at anchor prompts
 */
export class AnchorAttention implements AttentionForm {
  readonly members: number;
  readonly models: number;
  readonly dimensions: number;
  readonly #backend: Backend;
  readonly #keyWidth: number;
  readonly #hiddenWidth: number;
  readonly #anchors: number;
  readonly #folded: FoldedMember[];
  // scratch for one block of rows, owned so that a request allocates nothing
  readonly #projected: Float32Array;
  readonly #queries: Float32Array;
  readonly #hidden: Float32Array;
  readonly #logits: Float32Array;
  readonly #mixed: Float32Array;
  readonly #outputs: Float32Array;
  readonly #meanWeights: Float32Array;

  constructor(manifest: Manifest, tensors: TensorMap, columns: readonly number[], backend: Backend) {
    const { members, keyWidth, hiddenWidth, anchors } = networkModel(manifest);
    this.members = members;
    this.models = columns.length;
    this.dimensions = manifest.embedder.dimensions;
    this.#backend = backend;
    this.#keyWidth = keyWidth;
    this.#hiddenWidth = hiddenWidth;
    this.#anchors = anchors;
    this.#folded = [];
    for (let s = 0; s < members; s++) this.#folded.push(foldMember(manifest, tensors, columns, backend, s));
    this.#projected = new Float32Array(maxRows * (keyWidth + hiddenWidth));
    this.#queries = new Float32Array(maxRows * keyWidth);
    this.#hidden = new Float32Array(maxRows * hiddenWidth);
    this.#logits = new Float32Array(maxRows * anchors);
    this.#mixed = new Float32Array(maxRows * (anchors + hiddenWidth));
    this.#outputs = new Float32Array(maxRows * 2 * columns.length);
    this.#meanWeights = new Float32Array(maxRows * anchors);
  }

  forward(qualityLogits: Float32Array, costOutputs: Float32Array, embeddings: Float32Array, rows: number): void {
    this.#meanWeights.fill(0, 0, rows * this.#anchors);
    for (let s = 0; s < this.members; s++) {
      this.#forwardMember(this.#folded[s], embeddings, rows);
      this.#readOutputs(qualityLogits, costOutputs, this.#folded[s].bias, rows, s);
    }
  }

  attentionWeights(row: number): Float32Array {
    return this.#meanWeights.slice(row * this.#anchors, (row + 1) * this.#anchors);
  }

  #forwardMember(member: FoldedMember, embeddings: Float32Array, rows: number): void {
    const K = this.#keyWidth;
    const H = this.#hiddenWidth;
    const P = this.#anchors;
    const width = K + H;
    const mixedWidth = P + H;
    const projected = this.#projected;
    const queries = this.#queries;
    const hidden = this.#hidden;
    const logits = this.#logits;
    const mixed = this.#mixed;
    const weights = this.#meanWeights;
    const share = 1 / this.members;

    // query and trunk in one product
    this.#backend.matmulTransposedB(projected, embeddings, member.projection, rows, this.dimensions, width);
    for (let b = 0; b < rows; b++) {
      for (let k = 0; k < K; k++) queries[b * K + k] = projected[b * width + k];
      for (let h = 0; h < H; h++) hidden[b * H + h] = projected[b * width + K + h] + member.trunkBias[h];
    }
    this.#backend.gelu(hidden, hidden, rows * H);
    // attention over the anchors
    this.#backend.matmulTransposedB(logits, queries, member.keys, rows, K, P);
    this.#backend.softmaxRows(logits, logits, rows, P, 1);
    // weights and hidden units side by side
    for (let b = 0; b < rows; b++) {
      const at = b * mixedWidth;
      for (let j = 0; j < P; j++) {
        const w = logits[b * P + j];
        mixed[at + j] = w;
        weights[b * P + j] += share * w;
      }
      for (let h = 0; h < H; h++) mixed[at + P + h] = hidden[b * H + h];
    }
    this.#backend.matmul(this.#outputs, mixed, member.readout, rows, mixedWidth, 2 * this.models);
  }

  #readOutputs(quality: Float32Array, cost: Float32Array, bias: Float32Array, rows: number, s: number): void {
    const M = this.models;
    const outputs = this.#outputs;
    const base = s * rows * M;
    for (let b = 0; b < rows; b++) {
      for (let m = 0; m < M; m++) {
        quality[base + b * M + m] = outputs[b * 2 * M + m] + bias[m];
        cost[base + b * M + m] = outputs[b * 2 * M + M + m] + bias[M + m];
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
  const { keyWidth: K, hiddenWidth: H, anchors: P, rank: R, temperature } = networkModel(manifest);
  const D = manifest.embedder.dimensions;
  const M = columns.length;
  const read = (name: string): Float32Array => tensorData(tensors, `member.${s}.${name}`);
  const measured = read("bias.quality").length;

  const projection = new Float32Array((K + H) * D);
  projection.set(read("query"), 0);
  projection.set(read("trunk.weight"), K * D);

  const scale = temperature / Math.sqrt(K);
  const keys = read("key").map((value) => value * scale);

  const readout = new Float32Array((P + H) * 2 * M);
  gatherColumns(readout, 2 * M, 0, read("value.quality"), P, measured, columns);
  gatherColumns(readout, 2 * M, M, read("value.cost"), P, measured, columns);
  // folded heads: rows h of (H, 2M) = Zᵀ uᵀ + g
  const lowRankQuery = read("lowRank.query");
  foldHead(readout, P * 2 * M, 2 * M, lowRankQuery, read("lowRank.quality"), columns, H, R, backend);
  foldHead(
    readout,
    P * 2 * M + M,
    2 * M,
    lowRankQuery.subarray((R + 1) * H),
    read("lowRank.cost"),
    columns,
    H,
    R,
    backend,
  );

  const bias = new Float32Array(2 * M);
  gatherColumns(bias, 2 * M, 0, read("bias.quality"), 1, measured, columns);
  gatherColumns(bias, 2 * M, M, read("bias.cost"), 1, measured, columns);
  return { projection, trunkBias: read("trunk.bias"), keys, readout, bias };
}
