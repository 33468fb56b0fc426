import { jsTrainingBackend, type Random, type ReluHeads, type TrainingBackend } from "@onehead/core/training";
import type { Network } from "./network.js";
import { networkMemory } from "./network-memory.js";
import { ParameterSet } from "./parameter-set.js";
import { rowDropout } from "./row-dropout.js";
import { addRows, addToRows } from "./rows.js";
import type { StartingBiases } from "./starting-biases.js";

export interface ModelNetworkSizes {
  /** D, K, H and M of the layer's equations. */
  dimensions: number;
  keyWidth: number;
  hiddenWidth: number;
  models: number;
  /** τ: softmax(τ q·k / √K). */
  temperature: number;
  maxRows: number;
  /** Shares of the query's components and of the heads' units that training leaves out. */
  queryDropout: number;
  headDropout: number;
}

/** The layer norm's ε, as in core's `ModelAttention`. */
const epsilon = 1e-5;

/**
 * Training twin of core's `ModelAttention`: the same function unfolded, with its gradients.
 *
 *   q = δ ⊙ norm(W_q e),  w = softmax(τ q kᵀ / √K),  o = w v
 *   h_m = ε ⊙ relu(A_q q + A_o o + A_k k_m + a)      (2H): the first H are the quality head's, the last H the cost head's
 *   logit_m = b_m + Σ_{h<H} c_h h_mh,  y_m = b'_m + Σ_{h≥H} c_h h_mh
 *
 * The key k_m and the value v_m of every model are parameters. δ (K) and ε (2H) are the row's dropout, 1 when predicting; ε is
 * the same for all models of a row, since one of each model's own would be noise in what sets them apart.
 */
export class ModelNetwork implements Network {
  readonly backend: TrainingBackend;
  readonly parameters: ReadonlyMap<string, Float32Array>;
  readonly gradients: ReadonlyMap<string, Float32Array>;
  readonly rowSums: Float32Array;
  readonly qualityLogits: Float32Array;
  readonly costOutputs: Float32Array;
  readonly maxRows: number;
  /** The keys of `rowDropout` for δ and ε: K + 2H numbers of the epoch's stream would take as long as a product. */
  readonly drawsPerRow = 2;
  readonly #sizes: ModelNetworkSizes;
  readonly #set: ParameterSet;
  // activations of one batch
  readonly #input: Float32Array;
  readonly #preQuery: Float32Array;
  readonly #query: Float32Array;
  readonly #weights: Float32Array;
  readonly #attended: Float32Array;
  /** (B, 2H): A_q q + A_o o; (M, 2H): A_k k_m + a; (B, 2H): ε ⊙ c. */
  readonly #heads: ReluHeads;
  /** (B, K): δ; (B, 2H): ε. */
  readonly #queryMask: Float32Array;
  readonly #headMask: Float32Array;
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
    { qualityBias, costBias }: StartingBiases,
    random: Random,
    backend: TrainingBackend = jsTrainingBackend,
  ) {
    const { dimensions: D, keyWidth: K, hiddenWidth: H, models: M, maxRows: B } = sizes;
    this.#sizes = sizes;
    this.maxRows = B;
    const parameters: Array<[string, number]> = [
      ["query", K * D],
      ["queryNorm.gain", K],
      ["queryNorm.bias", K],
      ["modelKey", M * K],
      ["modelValue", M * K],
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
      perRow: 7 * K + 2 * M + 10 * H,
      // A_k k_m + a; its gradient, the sum of several and another shard's
      shared: 4 * M * 2 * H,
      inner: Math.max(D, K, 2 * H, M, B),
    });
    this.#set = new ParameterSet(parameters, this.backend, {
      derived: ["head.model", "head.bias"],
      sums: [["dModels", M * 2 * H]],
    });
    this.parameters = this.#set.parameters;
    this.gradients = this.#set.gradients;
    this.rowSums = this.#set.rowSums;
    this.#set.fillNormal("query", Math.sqrt(1 / D), random);
    this.#set.parameter("queryNorm.gain").fill(1);
    // the scale of a query's components: a smaller one was worse on validation rows (decision 25)
    this.#set.fillNormal("modelKey", 1, random);
    this.#set.fillNormal("modelValue", 1, random);
    this.#set.fillNormal("head.query", Math.sqrt(0.5 / K), random);
    this.#set.fillNormal("head.value", Math.sqrt(0.5 / K), random);
    this.#set.fillNormal("head.model", Math.sqrt(0.5 / K), random);
    this.#set.fillNormal("head.output", 0.3 * Math.sqrt(1 / H), random);
    this.#set.parameter("bias.quality").set(qualityBias);
    this.#set.parameter("bias.cost").set(costBias);

    const make = (size: number): Float32Array => this.backend.allocate(size);
    this.qualityLogits = make(B * M);
    this.costOutputs = make(B * M);
    this.#input = make(B * D);
    this.#preQuery = make(B * K);
    this.#query = make(B * K);
    this.#weights = make(B * M);
    this.#attended = make(B * K);
    this.#heads = { shared: make(B * 2 * H), models: make(M * 2 * H), weights: make(B * 2 * H) };
    this.#queryMask = make(B * K);
    this.#headMask = make(B * 2 * H);
    this.#dQuality = make(B * M);
    this.#dCost = make(B * M);
    this.#dHeads = { shared: make(B * 2 * H), models: this.#set.sum("dModels"), weights: make(B * 2 * H) };
    this.#dQuery = make(B * K);
    this.#dPreQuery = make(B * K);
    this.#dAttended = make(B * K);
    this.#dWeights = make(B * M);
  }

  prepare(): void {
    const { keyWidth: K, hiddenWidth: H, models: M } = this.#sizes;
    // what each model gives the heads' first layer for all queries
    const { models } = this.#heads;
    this.backend.matmulTransposedB(models, this.#keys, this.#set.parameter("head.model"), M, K, 2 * H);
    addToRows(models, this.#set.parameter("head.bias"), M, 2 * H);
  }

  forward(embeddings: Float32Array, rows: number, draws: Uint32Array | null): void {
    const { dimensions: D, keyWidth: K, hiddenWidth: H, models: M } = this.#sizes;
    const { matmul, matmulTransposedB, layerNorm, multiplyEach, softmaxRows, reluHeads } = this.backend;
    const set = this.#set;
    this.#input.set(embeddings.subarray(0, rows * D));
    this.#drawMasks(rows, draws);
    // attention over the models
    matmulTransposedB(this.#preQuery, this.#input, set.parameter("query"), rows, D, K);
    const gain = set.parameter("queryNorm.gain");
    layerNorm(this.#query, this.#preQuery, gain, set.parameter("queryNorm.bias"), rows, K, epsilon);
    multiplyEach(this.#query, this.#query, this.#queryMask, rows * K);
    matmulTransposedB(this.#weights, this.#query, this.#keys, rows, K, M);
    softmaxRows(this.#weights, this.#weights, rows, M, this.#attentionScale());
    matmul(this.#attended, this.#weights, set.parameter("modelValue"), rows, M, K);
    // the heads' first layer: what the query gives all models
    const { shared, weights } = this.#heads;
    matmulTransposedB(shared, this.#query, set.parameter("head.query"), rows, K, 2 * H);
    matmulTransposedB(shared, this.#attended, set.parameter("head.value"), rows, K, 2 * H, true);
    for (let b = 0; b < rows; b++) weights.set(set.parameter("head.output"), b * 2 * H);
    multiplyEach(weights, weights, this.#headMask, rows * 2 * H);
    const biases = [set.parameter("bias.quality"), set.parameter("bias.cost")] as const;
    reluHeads(this.qualityLogits, this.costOutputs, this.#heads, ...biases, rows, M, H);
  }

  backward(dQualityLogits: Float32Array, dCostOutputs: Float32Array, rows: number): void {
    const { hiddenWidth: H, models: M } = this.#sizes;
    const set = this.#set;
    this.#dQuality.set(dQualityLogits.subarray(0, rows * M));
    this.#dCost.set(dCostOutputs.subarray(0, rows * M));
    this.rowSums.fill(0);
    addRows(set.gradient("bias.quality"), this.#dQuality, rows, M);
    addRows(set.gradient("bias.cost"), this.#dCost, rows, M);
    this.backend.reluHeadsBackward(this.#dHeads, this.#dQuality, this.#dCost, this.#heads, rows, M, H);
    // ε ⊙ c
    const { weights } = this.#dHeads;
    this.backend.multiplyEach(weights, weights, this.#headMask, rows * 2 * H);
    addRows(set.gradient("head.output"), weights, rows, 2 * H);
    this.#backwardFirstLayer(rows);
    this.#backwardAttention(rows);
  }

  /** Inverts `prepare`; the gradient of the keys comes in with what the attention makes of them. */
  finish(): void {
    const { keyWidth: K, hiddenWidth: H, models: M } = this.#sizes;
    const { matmul, matmulTransposedA } = this.backend;
    const set = this.#set;
    const dModels = set.sum("dModels");
    matmulTransposedA(set.gradient("head.model"), dModels, this.#keys, 2 * H, M, K);
    const dBias = set.gradient("head.bias");
    dBias.fill(0);
    addRows(dBias, dModels, M, 2 * H);
    matmul(set.gradient("modelKey"), dModels, set.parameter("head.model"), M, 2 * H, K, true);
  }

  toTensors(): Map<string, { shape: number[]; data: Float32Array }> {
    const { dimensions: D, keyWidth: K, hiddenWidth: H, models: M } = this.#sizes;
    const shapes: Array<[name: string, shape: number[]]> = [
      ["query", [K, D]],
      ["queryNorm.gain", [K]],
      ["queryNorm.bias", [K]],
      ["modelKey", [M, K]],
      ["modelValue", [M, K]],
      ["head.query", [2 * H, K]],
      ["head.value", [2 * H, K]],
      ["head.model", [2 * H, K]],
      ["head.bias", [2 * H]],
      ["head.output", [2 * H]],
      ["bias.quality", [M]],
      ["bias.cost", [M]],
    ];
    return new Map(shapes.map(([name, shape]) => [name, { shape, data: this.#set.parameter(name).slice() }]));
  }

  get #keys(): Float32Array {
    return this.#set.parameter("modelKey");
  }

  #drawMasks(rows: number, draws: Uint32Array | null): void {
    const { keyWidth: K, hiddenWidth: H, queryDropout, headDropout } = this.#sizes;
    if (draws === null) {
      this.#queryMask.fill(1, 0, rows * K);
      this.#headMask.fill(1, 0, rows * 2 * H);
      return;
    }
    for (let b = 0; b < rows; b++) {
      rowDropout(this.#queryMask, b * K, K, draws[2 * b], queryDropout);
      rowDropout(this.#headMask, b * 2 * H, 2 * H, draws[2 * b + 1], headDropout);
    }
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
    const { matmul, matmulTransposedA, matmulTransposedB, multiplyEach, softmaxRowsBackward, layerNormBackward } =
      this.backend;
    const set = this.#set;
    // o = w v,  w = softmax(scale · q kᵀ)
    matmulTransposedB(this.#dWeights, this.#dAttended, set.parameter("modelValue"), rows, K, M);
    matmulTransposedA(set.gradient("modelValue"), this.#weights, this.#dAttended, M, rows, K);
    softmaxRowsBackward(this.#dWeights, this.#dWeights, this.#weights, rows, M, this.#attentionScale());
    matmul(this.#dQuery, this.#dWeights, this.#keys, rows, M, K, true);
    matmulTransposedA(set.gradient("modelKey"), this.#dWeights, this.#query, M, rows, K);
    // q = δ ⊙ norm(e W_qᵀ)
    multiplyEach(this.#dQuery, this.#dQuery, this.#queryMask, rows * K);
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
