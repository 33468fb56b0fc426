import { gelu, layerNorm, matmul, matmulTransposedA, matmulTransposedB, softmaxRows } from "@onehead/core";
import { dropout, geluBackward, layerNormBackward, type Random, softmaxRowsBackward } from "@onehead/core/training";
import type { Profiles } from "../profiles/smoothed-profiles.js";
import type { Dropout, Network } from "./network.js";
import { ParameterSet } from "./parameter-set.js";

export interface ModelNetworkSizes {
  /** D, K, H, M and E of the layer's equations. */
  dimensions: number;
  keyWidth: number;
  hiddenWidth: number;
  models: number;
  profileWidth: number;
  /** τ: softmax(τ q·k / √K). */
  temperature: number;
  maxRows: number;
}

/** The layer norm's ε, as in core's `ModelAttention`. */
const epsilon = 1e-5;

/**
 * Training twin of core's `ModelAttention`: the same function unfolded, with its gradients.
 *
 *   q = norm(W_q e),  k_m = W_k p_m,  v_m = W_v p_m,  w = softmax(τ q kᵀ / √K),  o = w v
 *   h_m = gelu(A_s [q, o] + A_k k_m + A_p (q ⊙ k_m) + a),  (logit_m, cost_m) = C h_m + b_m
 *
 * p_m is the model embedding: its mean and its smoothed profile at the anchors, fixed during training.
 */
export class ModelNetwork implements Network {
  readonly parameters: ReadonlyMap<string, Float32Array>;
  readonly gradients: ReadonlyMap<string, Float32Array>;
  readonly qualityLogits: Float32Array;
  readonly costOutputs: Float32Array;
  readonly maxRows: number;
  readonly #sizes: ModelNetworkSizes;
  readonly #set: ParameterSet;
  /** (M, E). */
  readonly #modelEmbeddings: Float32Array;
  // activations of one batch
  readonly #preQuery: Float32Array;
  readonly #query: Float32Array;
  readonly #scaledQuery: Float32Array;
  readonly #keys: Float32Array;
  readonly #values: Float32Array;
  readonly #weights: Float32Array;
  readonly #attended: Float32Array;
  readonly #shared: Float32Array;
  readonly #sharedHidden: Float32Array;
  readonly #modelHidden: Float32Array;
  readonly #products: Float32Array;
  readonly #preHidden: Float32Array;
  readonly #hidden: Float32Array;
  readonly #mask: Float32Array;
  readonly #outputs: Float32Array;
  // gradients of activations
  readonly #dOutputs: Float32Array;
  readonly #dHidden: Float32Array;
  readonly #dSharedHidden: Float32Array;
  readonly #dModelHidden: Float32Array;
  readonly #dProducts: Float32Array;
  readonly #dShared: Float32Array;
  readonly #dQuery: Float32Array;
  readonly #dPreQuery: Float32Array;
  readonly #dAttended: Float32Array;
  readonly #dWeights: Float32Array;
  readonly #dKeys: Float32Array;
  readonly #dValues: Float32Array;
  readonly #dScaledQuery: Float32Array;

  constructor(sizes: ModelNetworkSizes, modelEmbeddings: Float32Array, profiles: Profiles, random: Random) {
    const { dimensions: D, keyWidth: K, hiddenWidth: H, models: M, profileWidth: E, maxRows: B } = sizes;
    this.#sizes = sizes;
    this.maxRows = B;
    this.#modelEmbeddings = modelEmbeddings;
    this.#set = new ParameterSet([
      ["query", K * D],
      ["queryNorm.gain", K],
      ["queryNorm.bias", K],
      ["keyProjection", K * E],
      ["valueProjection", K * E],
      ["head.shared", H * 2 * K],
      ["head.model", H * K],
      ["head.product", H * K],
      ["head.bias", H],
      ["head.output", 2 * H],
      ["bias.quality", M],
      ["bias.cost", M],
    ]);
    this.parameters = this.#set.parameters;
    this.gradients = this.#set.gradients;
    this.#set.fillNormal("query", Math.sqrt(1 / D), random);
    this.#set.parameter("queryNorm.gain").fill(1);
    this.#set.fillNormal("keyProjection", Math.sqrt(1 / E), random);
    this.#set.fillNormal("valueProjection", Math.sqrt(1 / E), random);
    this.#set.fillNormal("head.shared", Math.sqrt(0.5 / K), random);
    this.#set.fillNormal("head.model", Math.sqrt(0.5 / K), random);
    this.#set.fillNormal("head.product", Math.sqrt(0.5 / K), random);
    this.#set.fillNormal("head.output", 0.3 * Math.sqrt(1 / H), random);
    this.#set.parameter("bias.quality").set(profiles.qualityBias);
    this.#set.parameter("bias.cost").set(profiles.costBias);

    const make = (size: number): Float32Array => new Float32Array(size);
    this.qualityLogits = make(B * M);
    this.costOutputs = make(B * M);
    this.#preQuery = make(B * K);
    this.#query = make(B * K);
    this.#scaledQuery = make(B * K);
    this.#keys = make(M * K);
    this.#values = make(M * K);
    this.#weights = make(B * M);
    this.#attended = make(B * K);
    this.#shared = make(B * 2 * K);
    this.#sharedHidden = make(B * H);
    this.#modelHidden = make(M * H);
    this.#products = make(B * M * K);
    this.#preHidden = make(B * M * H);
    this.#hidden = make(B * M * H);
    this.#mask = make(B * M * H);
    this.#outputs = make(B * M * 2);
    this.#dOutputs = make(B * M * 2);
    this.#dHidden = make(B * M * H);
    this.#dSharedHidden = make(B * H);
    this.#dModelHidden = make(M * H);
    this.#dProducts = make(B * M * K);
    this.#dShared = make(B * 2 * K);
    this.#dQuery = make(B * K);
    this.#dPreQuery = make(B * K);
    this.#dAttended = make(B * K);
    this.#dWeights = make(B * M);
    this.#dKeys = make(M * K);
    this.#dValues = make(M * K);
    this.#dScaledQuery = make(B * K);
  }

  forward(embeddings: Float32Array, rows: number, drop: Dropout | null): void {
    const { dimensions: D, keyWidth: K, hiddenWidth: H, models: M, profileWidth: E } = this.#sizes;
    const set = this.#set;
    matmulTransposedB(this.#keys, this.#modelEmbeddings, set.parameter("keyProjection"), M, E, K);
    matmulTransposedB(this.#values, this.#modelEmbeddings, set.parameter("valueProjection"), M, E, K);
    // attention over the models
    matmulTransposedB(this.#preQuery, embeddings, set.parameter("query"), rows, D, K);
    const gain = set.parameter("queryNorm.gain");
    layerNorm(this.#query, this.#preQuery, gain, set.parameter("queryNorm.bias"), rows, K, epsilon);
    const scale = this.#attentionScale();
    for (let i = 0; i < rows * K; i++) this.#scaledQuery[i] = scale * this.#query[i];
    matmulTransposedB(this.#weights, this.#scaledQuery, this.#keys, rows, K, M);
    softmaxRows(this.#weights, this.#weights, rows, M, 1);
    matmul(this.#attended, this.#weights, this.#values, rows, M, K);
    // the head's first layer: query-only, model-only and joint parts
    for (let b = 0; b < rows; b++) {
      for (let k = 0; k < K; k++) {
        this.#shared[b * 2 * K + k] = this.#query[b * K + k];
        this.#shared[b * 2 * K + K + k] = this.#attended[b * K + k];
      }
      for (let m = 0; m < M; m++) {
        const at = (b * M + m) * K;
        for (let k = 0; k < K; k++) this.#products[at + k] = this.#query[b * K + k] * this.#keys[m * K + k];
      }
    }
    matmulTransposedB(this.#sharedHidden, this.#shared, set.parameter("head.shared"), rows, 2 * K, H);
    matmulTransposedB(this.#modelHidden, this.#keys, set.parameter("head.model"), M, K, H);
    matmulTransposedB(this.#preHidden, this.#products, set.parameter("head.product"), rows * M, K, H);
    const bias = set.parameter("head.bias");
    for (let b = 0; b < rows; b++) {
      for (let m = 0; m < M; m++) {
        const at = (b * M + m) * H;
        for (let h = 0; h < H; h++) {
          this.#preHidden[at + h] += this.#sharedHidden[b * H + h] + this.#modelHidden[m * H + h] + bias[h];
        }
      }
    }
    gelu(this.#hidden, this.#preHidden, rows * M * H);
    dropout(this.#hidden, this.#mask, rows * M * H, drop?.rate ?? 0, drop?.random ?? null);
    // second layer: quality and cost
    matmulTransposedB(this.#outputs, this.#hidden, set.parameter("head.output"), rows * M, H, 2);
    const qualityBias = set.parameter("bias.quality");
    const costBias = set.parameter("bias.cost");
    for (let i = 0; i < rows * M; i++) {
      this.qualityLogits[i] = this.#outputs[2 * i] + qualityBias[i % M];
      this.costOutputs[i] = this.#outputs[2 * i + 1] + costBias[i % M];
    }
  }

  backward(dQualityLogits: Float32Array, dCostOutputs: Float32Array, embeddings: Float32Array, rows: number): void {
    const { hiddenWidth: H, models: M } = this.#sizes;
    const set = this.#set;
    set.clearGradients();
    const dQualityBias = set.gradient("bias.quality");
    const dCostBias = set.gradient("bias.cost");
    for (let i = 0; i < rows * M; i++) {
      this.#dOutputs[2 * i] = dQualityLogits[i];
      this.#dOutputs[2 * i + 1] = dCostOutputs[i];
      dQualityBias[i % M] += dQualityLogits[i];
      dCostBias[i % M] += dCostOutputs[i];
    }
    // outputs = hidden Cᵀ,  hidden = mask ⊙ gelu(preHidden)
    matmulTransposedA(set.gradient("head.output"), this.#dOutputs, this.#hidden, 2, rows * M, H);
    matmul(this.#dHidden, this.#dOutputs, set.parameter("head.output"), rows * M, 2, H);
    for (let i = 0; i < rows * M * H; i++) this.#dHidden[i] *= this.#mask[i];
    geluBackward(this.#dHidden, this.#dHidden, this.#preHidden, rows * M * H);
    this.#backwardFirstLayer(rows);
    this.#backwardAttention(embeddings, rows);
  }

  toTensors(): Map<string, { shape: number[]; data: Float32Array }> {
    const { dimensions: D, keyWidth: K, hiddenWidth: H, models: M, profileWidth: E } = this.#sizes;
    const set = this.#set;
    const project = (name: string): Float32Array => {
      const out = new Float32Array(M * K);
      matmulTransposedB(out, this.#modelEmbeddings, set.parameter(name), M, E, K);
      return out;
    };
    const copy = (name: string, shape: number[]) => ({ shape, data: set.parameter(name).slice() });
    return new Map([
      ["query", copy("query", [K, D])],
      ["queryNorm.gain", copy("queryNorm.gain", [K])],
      ["queryNorm.bias", copy("queryNorm.bias", [K])],
      ["modelKey", { shape: [M, K], data: project("keyProjection") }],
      ["modelValue", { shape: [M, K], data: project("valueProjection") }],
      ["head.shared", copy("head.shared", [H, 2 * K])],
      ["head.model", copy("head.model", [H, K])],
      ["head.product", copy("head.product", [H, K])],
      ["head.bias", copy("head.bias", [H])],
      ["head.output", copy("head.output", [2, H])],
      ["bias.quality", copy("bias.quality", [M])],
      ["bias.cost", copy("bias.cost", [M])],
    ]);
  }

  /** preHidden_bm = A_s [q, o]_b + A_k k_m + A_p (q_b ⊙ k_m) + a; leaves dShared, dKeys and the q ⊙ k part of dQuery. */
  #backwardFirstLayer(rows: number): void {
    const { keyWidth: K, hiddenWidth: H, models: M } = this.#sizes;
    const set = this.#set;
    const dBias = set.gradient("head.bias");
    this.#dSharedHidden.fill(0, 0, rows * H);
    this.#dModelHidden.fill(0);
    for (let b = 0; b < rows; b++) {
      for (let m = 0; m < M; m++) {
        const at = (b * M + m) * H;
        for (let h = 0; h < H; h++) {
          const d = this.#dHidden[at + h];
          this.#dSharedHidden[b * H + h] += d;
          this.#dModelHidden[m * H + h] += d;
          dBias[h] += d;
        }
      }
    }
    matmulTransposedA(set.gradient("head.shared"), this.#dSharedHidden, this.#shared, H, rows, 2 * K);
    matmul(this.#dShared, this.#dSharedHidden, set.parameter("head.shared"), rows, H, 2 * K);
    matmulTransposedA(set.gradient("head.model"), this.#dModelHidden, this.#keys, H, M, K);
    matmul(this.#dKeys, this.#dModelHidden, set.parameter("head.model"), M, H, K);
    matmulTransposedA(set.gradient("head.product"), this.#dHidden, this.#products, H, rows * M, K);
    matmul(this.#dProducts, this.#dHidden, set.parameter("head.product"), rows * M, H, K);
    this.#dQuery.fill(0, 0, rows * K);
    for (let b = 0; b < rows; b++) {
      for (let m = 0; m < M; m++) {
        const at = (b * M + m) * K;
        for (let k = 0; k < K; k++) {
          this.#dQuery[b * K + k] += this.#dProducts[at + k] * this.#keys[m * K + k];
          this.#dKeys[m * K + k] += this.#dProducts[at + k] * this.#query[b * K + k];
        }
      }
    }
  }

  #backwardAttention(embeddings: Float32Array, rows: number): void {
    const { dimensions: D, keyWidth: K, models: M, profileWidth: E } = this.#sizes;
    const set = this.#set;
    for (let b = 0; b < rows; b++) {
      for (let k = 0; k < K; k++) {
        this.#dQuery[b * K + k] += this.#dShared[b * 2 * K + k];
        this.#dAttended[b * K + k] = this.#dShared[b * 2 * K + K + k];
      }
    }
    // o = w v,  w = softmax(scale · q kᵀ)
    matmulTransposedB(this.#dWeights, this.#dAttended, this.#values, rows, K, M);
    matmulTransposedA(this.#dValues, this.#weights, this.#dAttended, M, rows, K);
    softmaxRowsBackward(this.#dWeights, this.#dWeights, this.#weights, rows, M, 1);
    matmul(this.#dScaledQuery, this.#dWeights, this.#keys, rows, M, K);
    matmulTransposedA(this.#dKeys, this.#dWeights, this.#scaledQuery, M, rows, K, true);
    const scale = this.#attentionScale();
    for (let i = 0; i < rows * K; i++) this.#dQuery[i] += scale * this.#dScaledQuery[i];
    // k = p W_kᵀ,  v = p W_vᵀ
    matmulTransposedA(set.gradient("keyProjection"), this.#dKeys, this.#modelEmbeddings, K, M, E);
    matmulTransposedA(set.gradient("valueProjection"), this.#dValues, this.#modelEmbeddings, K, M, E);
    // q = norm(e W_qᵀ)
    layerNormBackward(
      this.#dPreQuery,
      set.gradient("queryNorm.gain"),
      set.gradient("queryNorm.bias"),
      this.#dQuery,
      this.#preQuery,
      set.parameter("queryNorm.gain"),
      rows,
      K,
      epsilon,
    );
    matmulTransposedA(set.gradient("query"), this.#dPreQuery, embeddings, K, rows, D);
  }

  #attentionScale(): number {
    return this.#sizes.temperature / Math.sqrt(this.#sizes.keyWidth);
  }
}
