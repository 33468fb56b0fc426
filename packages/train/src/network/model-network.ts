import { layerNorm, matmul, matmulTransposedA, matmulTransposedB, softmaxRows } from "@onehead/core";
import { dropout, layerNormBackward, type Random, softmaxRowsBackward } from "@onehead/core/training";
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
 *   h_m = relu(A_q q + A_o o + A_k k_m + a)      (2H): the first H are the quality head's, the last H the cost head's
 *   logit_m = b_m + Σ_{h<H} c_h h_mh,  y_m = b'_m + Σ_{h≥H} c_h h_mh
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
  /** (B, 2H): A_q q + A_o o; (M, 2H): A_k k_m + a. */
  readonly #sharedHidden: Float32Array;
  readonly #modelHidden: Float32Array;
  readonly #hidden: Float32Array;
  readonly #mask: Float32Array;
  // gradients of activations
  readonly #dSharedHidden: Float32Array;
  readonly #dModelHidden: Float32Array;
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
      ["head.query", 2 * H * K],
      ["head.value", 2 * H * K],
      ["head.model", 2 * H * K],
      ["head.bias", 2 * H],
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
    this.#set.fillNormal("head.query", Math.sqrt(0.5 / K), random);
    this.#set.fillNormal("head.value", Math.sqrt(0.5 / K), random);
    this.#set.fillNormal("head.model", Math.sqrt(0.5 / K), random);
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
    this.#sharedHidden = make(B * 2 * H);
    this.#modelHidden = make(M * 2 * H);
    this.#hidden = make(B * M * 2 * H);
    this.#mask = make(B * M * 2 * H);
    this.#dSharedHidden = make(B * 2 * H);
    this.#dModelHidden = make(M * 2 * H);
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
    // the heads' first layer: what the query gives all models, and what each model gives all queries
    matmulTransposedB(this.#sharedHidden, this.#query, set.parameter("head.query"), rows, K, 2 * H);
    matmulTransposedB(this.#sharedHidden, this.#attended, set.parameter("head.value"), rows, K, 2 * H, true);
    matmulTransposedB(this.#modelHidden, this.#keys, set.parameter("head.model"), M, K, 2 * H);
    const bias = set.parameter("head.bias");
    for (let i = 0; i < M * 2 * H; i++) this.#modelHidden[i] += bias[i % (2 * H)];
    this.#rectify(rows);
    dropout(this.#hidden, this.#mask, rows * M * 2 * H, drop?.rate ?? 0, drop?.random ?? null);
    this.#readOut(rows);
  }

  backward(dQualityLogits: Float32Array, dCostOutputs: Float32Array, embeddings: Float32Array, rows: number): void {
    this.#set.clearGradients();
    this.#backwardReadOut(dQualityLogits, dCostOutputs, rows);
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
      ["head.query", copy("head.query", [2 * H, K])],
      ["head.value", copy("head.value", [2 * H, K])],
      ["head.model", copy("head.model", [2 * H, K])],
      ["head.bias", copy("head.bias", [2 * H])],
      ["head.output", copy("head.output", [2 * H])],
      ["bias.quality", copy("bias.quality", [M])],
      ["bias.cost", copy("bias.cost", [M])],
    ]);
  }

  /** hidden (B, M, 2H) = relu(sharedHidden_b + modelHidden_m) */
  #rectify(rows: number): void {
    const { hiddenWidth: H, models: M } = this.#sizes;
    const hidden = this.#hidden;
    const shared = this.#sharedHidden;
    const own = this.#modelHidden;
    for (let b = 0; b < rows; b++) {
      const row = b * 2 * H;
      for (let m = 0; m < M; m++) {
        const at = (b * M + m) * 2 * H;
        const model = m * 2 * H;
        // Math.max, unlike a comparison, hands a NaN on
        for (let h = 0; h < 2 * H; h++) hidden[at + h] = Math.max(0, shared[row + h] + own[model + h]);
      }
    }
  }

  /** Each head's half of the hidden layer times its half of c, and the model's own bias. */
  #readOut(rows: number): void {
    const { hiddenWidth: H, models: M } = this.#sizes;
    const hidden = this.#hidden;
    const output = this.#set.parameter("head.output");
    const qualityBias = this.#set.parameter("bias.quality");
    const costBias = this.#set.parameter("bias.cost");
    for (let i = 0; i < rows * M; i++) {
      const at = i * 2 * H;
      let quality = qualityBias[i % M];
      let cost = costBias[i % M];
      for (let h = 0; h < H; h++) quality += output[h] * hidden[at + h];
      for (let h = H; h < 2 * H; h++) cost += output[h] * hidden[at + h];
      this.qualityLogits[i] = quality;
      this.costOutputs[i] = cost;
    }
  }

  /** Inverts `#readOut`, dropout and relu: dSharedHidden is summed over the models, dModelHidden over the rows. */
  #backwardReadOut(dQualityLogits: Float32Array, dCostOutputs: Float32Array, rows: number): void {
    const { hiddenWidth: H, models: M } = this.#sizes;
    const hidden = this.#hidden;
    const mask = this.#mask;
    const output = this.#set.parameter("head.output");
    const dOutput = this.#set.gradient("head.output");
    const dQualityBias = this.#set.gradient("bias.quality");
    const dCostBias = this.#set.gradient("bias.cost");
    const dShared = this.#dSharedHidden;
    const dModel = this.#dModelHidden;
    dShared.fill(0, 0, rows * 2 * H);
    dModel.fill(0);
    for (let b = 0; b < rows; b++) {
      const row = b * 2 * H;
      for (let m = 0; m < M; m++) {
        const i = b * M + m;
        const at = i * 2 * H;
        const model = m * 2 * H;
        const dQuality = dQualityLogits[i];
        const dCost = dCostOutputs[i];
        dQualityBias[m] += dQuality;
        dCostBias[m] += dCost;
        for (let h = 0; h < 2 * H; h++) {
          // hidden = mask · relu(·): where it is not above 0, nothing flows back
          if (!(hidden[at + h] > 0)) continue;
          const d = h < H ? dQuality : dCost;
          dOutput[h] += d * hidden[at + h];
          const dInput = d * output[h] * mask[at + h];
          dShared[row + h] += dInput;
          dModel[model + h] += dInput;
        }
      }
    }
  }

  /** Inverts A_q q + A_o o and A_k k_m + a; leaves dQuery, dAttended and the heads' part of dKeys. */
  #backwardFirstLayer(rows: number): void {
    const { keyWidth: K, hiddenWidth: H, models: M } = this.#sizes;
    const set = this.#set;
    const dShared = this.#dSharedHidden;
    const dModel = this.#dModelHidden;
    matmulTransposedA(set.gradient("head.query"), dShared, this.#query, 2 * H, rows, K);
    matmul(this.#dQuery, dShared, set.parameter("head.query"), rows, 2 * H, K);
    matmulTransposedA(set.gradient("head.value"), dShared, this.#attended, 2 * H, rows, K);
    matmul(this.#dAttended, dShared, set.parameter("head.value"), rows, 2 * H, K);
    matmulTransposedA(set.gradient("head.model"), dModel, this.#keys, 2 * H, M, K);
    matmul(this.#dKeys, dModel, set.parameter("head.model"), M, 2 * H, K);
    const dBias = set.gradient("head.bias");
    for (let i = 0; i < M * 2 * H; i++) dBias[i % (2 * H)] += dModel[i];
  }

  /** Inverts the attention and the projections; dQuery and dKeys come in with the heads' part. */
  #backwardAttention(embeddings: Float32Array, rows: number): void {
    const { dimensions: D, keyWidth: K, models: M, profileWidth: E } = this.#sizes;
    const set = this.#set;
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
