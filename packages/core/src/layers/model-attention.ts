import { type Manifest, networkModel } from "../artifact/manifest.js";
import type { TensorMap } from "../artifact/tensor.js";
import type { Backend } from "../kernels/backend.js";
import type { LinearMap } from "../kernels/linear-map.js";
import { bindHead, type ReluHead } from "../kernels/read-heads.js";
import { type AttentionForm, floatsOf, maxRows, tensorData, wholeVectors } from "./attention-form.js";

/** One member's weights, folded for a pool. D embedding, K key, H hidden of each head, M models of the pool. */
interface FoldedMember {
  /** D to K: W_q, and the layer norm (K) on its output. */
  query: LinearMap;
  normGain: Float32Array;
  normBias: Float32Array;
  /** K to M: τ/√K k_m, and keys that nothing attends to, which fill the last vector up. */
  keys: LinearMap;
  /** K to 2H: A_q. */
  headQuery: LinearMap;
  /** M to 2H: A_o v_m or, where the models are many, M to K: v_m, and K to 2H: A_o. */
  values: LinearMap;
  headValues: LinearMap | null;
  /** The heads over A_k k_m + a. */
  quality: ReluHead;
  cost: ReluHead;
  /** (B, 2H) A_q q + A_o o of one block of rows. */
  shared: Float32Array;
}

/**
 * The literal form: single-head cross-attention of the query over the models themselves, read out by two heads.
 *
 *   q = norm(W_q e),  w = softmax(τ · q·k_m / √K) over the M models,  o = Σ_m w_m v_m
 *   h_m = relu(A_q q + A_o o + A_k k_m + a)      (2H): the first H are the quality head's, the last H the cost head's
 *   logit_m = b_m + Σ_{h<H} c_h h_mh,  y_m = b'_m + Σ_{h≥H} c_h h_mh
 *
 * with k_m and v_m learnt for each model. All that the models decide by themselves is computed once a pool, which leaves a request K (D + 2H) + M (K + 2H) multiply-adds, M · 2H more through A_o v_m or
 * K (M + 2H) where that is less. The pool changes o: leaving a model out changes what the others are predicted (attention over anchors
 * has no such coupling).
 * Source: arXiv 2509.09782 (our reading)
 */
export class ModelAttention implements AttentionForm {
  readonly members: number;
  readonly models: number;
  readonly dimensions: number;
  readonly #backend: Backend;
  readonly #share: number;
  readonly #keyWidth: number;
  readonly #folded: FoldedMember[];
  // scratch for one block of rows of one member, owned so that a request allocates nothing
  readonly #query: Float32Array;
  readonly #weights: Float32Array;
  readonly #attended: Float32Array;
  readonly #ownShared: Float32Array;
  readonly #ownOutputs: Float32Array;

  /** Floats that `backend` has to hold for M models. */
  static floats(manifest: Manifest, M: number): number {
    const { members, keyWidth: K, hiddenWidth: H } = networkModel(manifest);
    const member = floatsOf(
      [
        [manifest.embedder.dimensions, K],
        [K, wholeVectors(M)],
        [K, 2 * H],
        [K, 2 * H],
        [wholeVectors(M), Math.max(K, 2 * H)],
        [H, M],
        [H, M],
      ],
      2 * K + 2 * maxRows * H,
    );
    return members * member + floatsOf([], maxRows * (2 * K + wholeVectors(M)) + 2 * H + 2 * M);
  }

  /**
   * @param columns of the models that are read out, first those that are attended to
   * @param share   of a member's logits in the joint ones
   */
  constructor(
    manifest: Manifest,
    tensors: TensorMap,
    columns: readonly number[],
    backend: Backend,
    share: number,
    attended = columns.length,
  ) {
    const { members, keyWidth: K, hiddenWidth: H } = networkModel(manifest);
    const M = columns.length;
    this.members = members;
    this.models = M;
    this.dimensions = manifest.embedder.dimensions;
    this.#backend = backend;
    this.#share = share;
    this.#keyWidth = K;
    this.#folded = [];
    for (let s = 0; s < members; s++) {
      this.#folded.push(foldMember(manifest, tensors, columns, backend, s, share, attended));
    }
    this.#query = backend.allocate(maxRows * K);
    this.#weights = backend.allocate(maxRows * wholeVectors(attended));
    this.#attended = backend.allocate(maxRows * K);
    this.#ownShared = backend.allocate(2 * H);
    this.#ownOutputs = backend.allocate(2 * M);
  }

  forward(joint: Float32Array, embeddings: Float32Array, rows: number): void {
    for (let s = 0; s < this.members; s++) {
      const member = this.#folded[s];
      this.#attend(member, embeddings, rows);
      this.#backend.readHeads(joint, member.shared, member.quality, member.cost, rows, s > 0);
    }
  }

  memberLogits(out: Float64Array, offset: number, member: number, row: number): void {
    const { shared, quality, cost } = this.#folded[member];
    const own = this.#ownShared;
    for (let h = 0; h < own.length; h++) own[h] = shared[row * own.length + h];
    this.#backend.readHeads(this.#ownOutputs, own, quality, cost, 1);
    for (let m = 0; m < this.models; m++) {
      out[offset + m] = this.#share === 0 ? 0 : this.#ownOutputs[m] / this.#share;
    }
  }

  /** Query, attention over the models and what both give the hidden layer, A_q q + A_o o, for a block of rows. */
  #attend(member: FoldedMember, embeddings: Float32Array, rows: number): void {
    const backend = this.#backend;
    const query = this.#query;
    const weights = this.#weights;
    const { shared, normGain, normBias } = member;
    backend.applyLinear(query, embeddings, member.query, rows);
    backend.layerNorm(query, query, normGain, normBias, rows, this.#keyWidth, 1e-5);
    backend.applyLinear(weights, query, member.keys, rows);
    backend.softmaxRows(weights, weights, rows, member.keys.columns, 1);
    backend.applyLinear(shared, query, member.headQuery, rows);
    if (member.headValues === null) backend.applyLinear(shared, weights, member.values, rows, true);
    else {
      backend.applyLinear(this.#attended, weights, member.values, rows);
      backend.applyLinear(shared, this.#attended, member.headValues, rows, true);
    }
  }
}

function foldMember(
  manifest: Manifest,
  tensors: TensorMap,
  columns: readonly number[],
  backend: Backend,
  s: number,
  share: number,
  attended: number,
): FoldedMember {
  const { members, keyWidth: K, hiddenWidth: H, temperature } = networkModel(manifest);
  const M = columns.length;
  const read = (name: string): Float32Array => tensorData(tensors, `member.${s}.${name}`);
  const lanes = wholeVectors(attended);
  const pickRows = (name: string, rows: number): Float32Array => {
    const source = read(name);
    const out = new Float32Array(rows * K);
    columns.slice(0, rows).forEach((column, m) => {
      out.set(source.subarray(column * K, (column + 1) * K), m * K);
    });
    return out;
  };
  const pickBias = (name: string, scale: number): Float32Array => {
    const out = new Float32Array(M);
    backend.gatherColumns(out, M, 0, read(name), 1, read(name).length, columns, scale);
    return out;
  };

  // |c| times a member's share stands within the relu, and the units whose c is positive come first
  const headOutput = read("head.output");
  const scale = Float32Array.from(headOutput, (c, h) => Math.abs(c) * (h < H ? share : 1 / members));
  const unitsOf = (first: number): number[] => {
    const units = Array.from({ length: H }, (_, h) => first + h);
    return [...units.filter((h) => headOutput[h] > 0), ...units.filter((h) => !(headOutput[h] > 0))];
  };
  const order = [...unitsOf(0), ...unitsOf(H)];
  const scaled = (name: string, width: number): Float32Array => {
    const source = read(name);
    return Float32Array.from(order.flatMap((h) => Array.from({ length: width }, (_, k) => h * width + k))).map(
      (at) => scale[Math.floor(at / width)] * source[at],
    );
  };

  const [headQuery, headValue, headModel, headBias] = [
    scaled("head.query", K),
    scaled("head.value", K),
    scaled("head.model", K),
    scaled("head.bias", 1),
  ];
  const keys = pickRows("modelKey", M);
  const scaledKeys = new Float32Array(lanes * K);
  for (let i = 0; i < attended * K; i++) scaledKeys[i] = (keys[i] * temperature) / Math.sqrt(K);
  const keyBias = new Float32Array(lanes).fill(Number.NEGATIVE_INFINITY, attended);
  const values = new Float32Array(lanes * K);
  values.set(pickRows("modelValue", attended));
  const models = new Float32Array(2 * H * M);
  backend.matmulTransposedB(models, headModel, keys, 2 * H, K, M);
  for (let i = 0; i < 2 * H * M; i++) models[i] += headBias[Math.floor(i / M)];
  const head = (first: number, bias: Float32Array): ReluHead => {
    const positive = headOutput.subarray(first, first + H).filter((c) => c > 0).length;
    return bindHead(backend, models.subarray(first * M, (first + H) * M), H, M, positive, bias);
  };
  const folded = lanes * 2 * H < K * (lanes + 2 * H);
  const throughHeads = new Float32Array(folded ? lanes * 2 * H : 0);
  if (folded) backend.matmulTransposedB(throughHeads, values, headValue, lanes, K, 2 * H);

  return {
    query: backend.bindLinear(read("query"), manifest.embedder.dimensions, K, "columns-inner"),
    normGain: backend.allocate(read("queryNorm.gain")),
    normBias: backend.allocate(read("queryNorm.bias")),
    keys: backend.bindLinear(scaledKeys, K, lanes, "columns-inner", keyBias),
    headQuery: backend.bindLinear(headQuery, K, 2 * H, "columns-inner"),
    values: folded
      ? backend.bindLinear(throughHeads, lanes, 2 * H, "inner-columns")
      : backend.bindLinear(values, lanes, K, "inner-columns"),
    headValues: folded ? null : backend.bindLinear(headValue, K, 2 * H, "columns-inner"),
    quality: head(0, pickBias("bias.quality", share)),
    cost: head(H, pickBias("bias.cost", 1 / members)),
    shared: backend.allocate(maxRows * 2 * H),
  };
}
