import {
  jsTrainingBackend,
  type Random,
  type ReluHeads,
  type RowDropout,
  type TrainingBackend,
} from "@onehead/core/training";
import type { Profiles } from "../profiles/smoothed-profiles.js";
import type { Dropout, Network } from "./network.js";
import { networkMemory } from "./network-memory.js";
import { ParameterSet } from "./parameter-set.js";
import { addRows, addToRows } from "./rows.js";

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
 *   h_m = relu(A_q q + A_o o + A_k k_m + a)      (2H): the first H are the quality head's, the last H the cost head's
 *   logit_m = b_m + Σ_{h<H} c_h h_mh,  y_m = b'_m + Σ_{h≥H} c_h h_mh
 *
 * p_m is the model embedding: its mean and its smoothed profile at the anchors, fixed during training.
 */
export class ModelNetwork implements Network {
  readonly backend: TrainingBackend;
  readonly parameters: ReadonlyMap<string, Float32Array>;
  readonly gradients: ReadonlyMap<string, Float32Array>;
  readonly rowSums: Float32Array;
  readonly qualityLogits: Float32Array;
  readonly costOutputs: Float32Array;
  readonly maxRows: number;
  /** A key, from which the row's units draw (`RowDropout`): M · 2H numbers of the epoch's stream would take as long as all the rest. */
  readonly drawsPerRow = 1;
  readonly #sizes: ModelNetworkSizes;
  readonly #set: ParameterSet;
  /** (M, E). */
  readonly #modelEmbeddings: Float32Array;
  // activations of one batch
  readonly #input: Float32Array;
  readonly #preQuery: Float32Array;
  readonly #query: Float32Array;
  readonly #keys: Float32Array;
  readonly #values: Float32Array;
  readonly #weights: Float32Array;
  readonly #attended: Float32Array;
  /** (B, 2H): A_q q + A_o o; (M, 2H): A_k k_m + a; c. */
  readonly #heads: ReluHeads;
  readonly #dropoutKeys: Int32Array;
  #drop: RowDropout | null = null;
  // gradients of activations
  readonly #dQuality: Float32Array;
  readonly #dCost: Float32Array;
  readonly #dHeads: ReluHeads;
  readonly #dQuery: Float32Array;
  readonly #dPreQuery: Float32Array;
  readonly #dAttended: Float32Array;
  readonly #dWeights: Float32Array;

  /** @param backend of which the network takes a memory of its own */
  constructor(
    sizes: ModelNetworkSizes,
    modelEmbeddings: Float32Array,
    profiles: Profiles,
    random: Random,
    backend: TrainingBackend = jsTrainingBackend,
  ) {
    const { dimensions: D, keyWidth: K, hiddenWidth: H, models: M, profileWidth: E, maxRows: B } = sizes;
    this.#sizes = sizes;
    this.maxRows = B;
    const parameters: Array<[string, number]> = [
      ["query", K * D],
      ["queryNorm.gain", K],
      ["queryNorm.bias", K],
      ["keyProjection", K * E],
      ["valueProjection", K * E],
      ["head.query", 2 * H * K],
      ["head.value", 2 * H * K],
      ["head.model", 2 * H * K],
      ["head.bias", 2 * H],
      ["head.output", 2 * H],
      ["bias.quality", M],
      ["bias.cost", M],
    ];
    this.backend = networkMemory(backend, {
      dimensions: D,
      models: M,
      maxRows: B,
      parameters,
      perRow: 6 * K + 2 * M + 4 * H + 1,
      shared: M * (E + 4 * K + 4 * H),
      inner: Math.max(D, K, 2 * H, M, E, B),
    });
    this.#modelEmbeddings = this.backend.allocate(modelEmbeddings);
    this.#set = new ParameterSet(parameters, this.backend, {
      derived: ["keyProjection", "valueProjection", "head.model", "head.bias"],
      sums: [
        ["dModels", M * 2 * H],
        ["dKeys", M * K],
        ["dValues", M * K],
      ],
    });
    this.parameters = this.#set.parameters;
    this.gradients = this.#set.gradients;
    this.rowSums = this.#set.rowSums;
    this.#set.fillNormal("query", Math.sqrt(1 / D), random);
    this.#set.parameter("queryNorm.gain").fill(1);
    this.#set.fillNormal("keyProjection", Math.sqrt(1 / E), random);
    this.#set.fillNormal("valueProjection", Math.sqrt(1 / E), random);
    this.#set.fillNormal("head.query", Math.sqrt(0.5 / K), random);
    this.#set.fillNormal("head.value", Math.sqrt(0.5 / K), random);
    this.#set.fillNormal("head.model", Math.sqrt(0.5 / K), random);
    this.#set.fillNormal("head.output", 0.3 * Math.sqrt(1 / H), random);
    this.#set.parameter("bias.quality").set(profiles.qualityBias);
    this.#set.parameter("bias.cost").set(profiles.costBias);

    const make = (size: number): Float32Array => this.backend.allocate(size);
    this.qualityLogits = make(B * M);
    this.costOutputs = make(B * M);
    this.#input = make(B * D);
    this.#preQuery = make(B * K);
    this.#query = make(B * K);
    this.#keys = make(M * K);
    this.#values = make(M * K);
    this.#weights = make(B * M);
    this.#attended = make(B * K);
    this.#heads = { shared: make(B * 2 * H), models: make(M * 2 * H), weights: this.#set.parameter("head.output") };
    const keys = make(B);
    this.#dropoutKeys = new Int32Array(keys.buffer, keys.byteOffset, B);
    this.#dQuality = make(B * M);
    this.#dCost = make(B * M);
    this.#dHeads = {
      shared: make(B * 2 * H),
      models: this.#set.sum("dModels"),
      weights: this.#set.gradient("head.output"),
    };
    this.#dQuery = make(B * K);
    this.#dPreQuery = make(B * K);
    this.#dAttended = make(B * K);
    this.#dWeights = make(B * M);
  }

  prepare(): void {
    const { keyWidth: K, hiddenWidth: H, models: M, profileWidth: E } = this.#sizes;
    const { matmulTransposedB } = this.backend;
    const set = this.#set;
    matmulTransposedB(this.#keys, this.#modelEmbeddings, set.parameter("keyProjection"), M, E, K);
    matmulTransposedB(this.#values, this.#modelEmbeddings, set.parameter("valueProjection"), M, E, K);
    // what each model gives the heads' first layer for all queries
    const { models } = this.#heads;
    matmulTransposedB(models, this.#keys, set.parameter("head.model"), M, K, 2 * H);
    addToRows(models, set.parameter("head.bias"), M, 2 * H);
  }

  forward(embeddings: Float32Array, rows: number, drop: Dropout | null): void {
    const { dimensions: D, keyWidth: K, hiddenWidth: H, models: M } = this.#sizes;
    const { matmul, matmulTransposedB, layerNorm, softmaxRows, reluHeads } = this.backend;
    const set = this.#set;
    this.#input.set(embeddings.subarray(0, rows * D));
    // attention over the models
    matmulTransposedB(this.#preQuery, this.#input, set.parameter("query"), rows, D, K);
    const gain = set.parameter("queryNorm.gain");
    layerNorm(this.#query, this.#preQuery, gain, set.parameter("queryNorm.bias"), rows, K, epsilon);
    matmulTransposedB(this.#weights, this.#query, this.#keys, rows, K, M);
    softmaxRows(this.#weights, this.#weights, rows, M, this.#attentionScale());
    matmul(this.#attended, this.#weights, this.#values, rows, M, K);
    // the heads' first layer: what the query gives all models
    const { shared } = this.#heads;
    matmulTransposedB(shared, this.#query, set.parameter("head.query"), rows, K, 2 * H);
    matmulTransposedB(shared, this.#attended, set.parameter("head.value"), rows, K, 2 * H, true);
    this.#drop = this.#dropOf(rows, drop);
    const biases = [set.parameter("bias.quality"), set.parameter("bias.cost")] as const;
    reluHeads(this.qualityLogits, this.costOutputs, this.#heads, ...biases, rows, M, H, this.#drop);
  }

  backward(dQualityLogits: Float32Array, dCostOutputs: Float32Array, rows: number): void {
    const { hiddenWidth: H, models: M } = this.#sizes;
    const set = this.#set;
    this.#dQuality.set(dQualityLogits.subarray(0, rows * M));
    this.#dCost.set(dCostOutputs.subarray(0, rows * M));
    this.rowSums.fill(0);
    addRows(set.gradient("bias.quality"), this.#dQuality, rows, M);
    addRows(set.gradient("bias.cost"), this.#dCost, rows, M);
    this.backend.reluHeadsBackward(this.#dHeads, this.#dQuality, this.#dCost, this.#heads, rows, M, H, this.#drop);
    this.#backwardFirstLayer(rows);
    this.#backwardAttention(rows);
  }

  /** Inverts `prepare`. */
  finish(): void {
    const { keyWidth: K, hiddenWidth: H, models: M, profileWidth: E } = this.#sizes;
    const { matmul, matmulTransposedA } = this.backend;
    const set = this.#set;
    const [dModels, dKeys, dValues] = [set.sum("dModels"), set.sum("dKeys"), set.sum("dValues")];
    // A_k k_m + a
    matmulTransposedA(set.gradient("head.model"), dModels, this.#keys, 2 * H, M, K);
    const dBias = set.gradient("head.bias");
    dBias.fill(0);
    addRows(dBias, dModels, M, 2 * H);
    // k = p W_kᵀ,  v = p W_vᵀ
    matmul(dKeys, dModels, set.parameter("head.model"), M, 2 * H, K, true);
    matmulTransposedA(set.gradient("keyProjection"), dKeys, this.#modelEmbeddings, K, M, E);
    matmulTransposedA(set.gradient("valueProjection"), dValues, this.#modelEmbeddings, K, M, E);
  }

  toTensors(): Map<string, { shape: number[]; data: Float32Array }> {
    const { dimensions: D, keyWidth: K, hiddenWidth: H, models: M, profileWidth: E } = this.#sizes;
    const set = this.#set;
    const project = (name: string): Float32Array => {
      const out = new Float32Array(M * K);
      jsTrainingBackend.matmulTransposedB(out, this.#modelEmbeddings, set.parameter(name), M, E, K);
      return out;
    };
    const copy = (name: string, shape: number[]) => ({ shape, data: set.parameter(name).slice() });
    return new Map([
      ["query", copy("query", [K, D])],
      ["queryNorm.gain", copy("queryNorm.gain", [K])],
      ["queryNorm.bias", copy("queryNorm.bias", [K])],
      ["modelKey", { shape: [M, K], data: project("keyProjection") }],
      ["modelValue", { shape: [M, K], data: project("valueProjection") }],
      ["head.query", copy("head.query", [2 * H, K])],
      ["head.value", copy("head.value", [2 * H, K])],
      ["head.model", copy("head.model", [2 * H, K])],
      ["head.bias", copy("head.bias", [2 * H])],
      ["head.output", copy("head.output", [2 * H])],
      ["bias.quality", copy("bias.quality", [M])],
      ["bias.cost", copy("bias.cost", [M])],
    ]);
  }

  #dropOf(rows: number, drop: Dropout | null): RowDropout | null {
    if (drop === null || drop.rate === 0) return null;
    this.#dropoutKeys.set(drop.draws.subarray(0, rows));
    return { rate: drop.rate, keys: this.#dropoutKeys };
  }

  /** Inverts A_q q + A_o o; leaves dAttended and the heads' part of dQuery. */
  #backwardFirstLayer(rows: number): void {
    const { keyWidth: K, hiddenWidth: H } = this.#sizes;
    const { matmul, matmulTransposedA } = this.backend;
    const set = this.#set;
    const dShared = this.#dHeads.shared;
    matmulTransposedA(set.gradient("head.query"), dShared, this.#query, 2 * H, rows, K);
    matmul(this.#dQuery, dShared, set.parameter("head.query"), rows, 2 * H, K);
    matmulTransposedA(set.gradient("head.value"), dShared, this.#attended, 2 * H, rows, K);
    matmul(this.#dAttended, dShared, set.parameter("head.value"), rows, 2 * H, K);
  }

  /** Inverts the attention and the query's projection; dQuery comes in with the heads' part. */
  #backwardAttention(rows: number): void {
    const { dimensions: D, keyWidth: K, models: M } = this.#sizes;
    const { matmul, matmulTransposedA, matmulTransposedB, softmaxRowsBackward, layerNormBackward } = this.backend;
    const set = this.#set;
    // o = w v,  w = softmax(scale · q kᵀ)
    matmulTransposedB(this.#dWeights, this.#dAttended, this.#values, rows, K, M);
    matmulTransposedA(set.sum("dValues"), this.#weights, this.#dAttended, M, rows, K);
    softmaxRowsBackward(this.#dWeights, this.#dWeights, this.#weights, rows, M, this.#attentionScale());
    matmul(this.#dQuery, this.#dWeights, this.#keys, rows, M, K, true);
    matmulTransposedA(set.sum("dKeys"), this.#dWeights, this.#query, M, rows, K);
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
    matmulTransposedA(set.gradient("query"), this.#dPreQuery, this.#input, K, rows, D);
  }

  #attentionScale(): number {
    return this.#sizes.temperature / Math.sqrt(this.#sizes.keyWidth);
  }
}
