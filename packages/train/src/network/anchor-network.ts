import { gelu, matmul, matmulTransposedA, matmulTransposedB, type Random, softmaxRows } from "@onehead/core";
import { dropout, geluBackward, softmaxRowsBackward } from "@onehead/core/training";
import type { Profiles } from "../profiles/smoothed-profiles.js";
import type { Dropout, Network } from "./network.js";
import { ParameterSet } from "./parameter-set.js";

export interface AnchorNetworkSizes {
  /** D, K, H, P, M and R of the layer's equations. */
  dimensions: number;
  keyWidth: number;
  hiddenWidth: number;
  anchors: number;
  models: number;
  rank: number;
  /** τ: softmax(τ q·k / √K). */
  temperature: number;
  maxRows: number;
}

/**
 * Training twin of core's `AnchorAttention`: the same function unfolded, with its gradients.
 *
 *   q = W_q e,  k_j = W_k a_j,  w = softmax(τ q kᵀ / √K),  h = gelu(W_1 e + b_1)
 *   logit_m = b_m + Σ_j w_j V_jm + (Z h)·u_m + g·h      (likewise cost, with its own V, Z, u, g, b)
 *
 * Parameters that start from knowledge (W = I on the leading embedding components, V = smoothed profiles) are stored as
 * the difference from that start, so that weight decay pulls them back to it and not to zero.
 */
export class AnchorNetwork implements Network {
  readonly parameters: ReadonlyMap<string, Float32Array>;
  readonly gradients: ReadonlyMap<string, Float32Array>;
  readonly qualityLogits: Float32Array;
  readonly costOutputs: Float32Array;
  readonly maxRows: number;
  readonly #sizes: AnchorNetworkSizes;
  readonly #set: ParameterSet;
  readonly #anchorEmbeddings: Float32Array;
  readonly #startValues: { quality: Float32Array; cost: Float32Array };
  readonly #startProjection: Float32Array;
  // effective parameters: start + difference
  readonly #query: Float32Array;
  readonly #keyProjection: Float32Array;
  readonly #values: { quality: Float32Array; cost: Float32Array };
  readonly #vectors: { quality: Float32Array; cost: Float32Array };
  // activations of one batch
  readonly #q: Float32Array;
  readonly #keys: Float32Array;
  readonly #weights: Float32Array;
  readonly #preHidden: Float32Array;
  readonly #hidden: Float32Array;
  readonly #mask: Float32Array;
  readonly #lowRank: { quality: Float32Array; cost: Float32Array };
  // gradients of activations
  readonly #dQ: Float32Array;
  readonly #dKeys: Float32Array;
  readonly #dWeights: Float32Array;
  readonly #dHidden: Float32Array;
  readonly #dLowRank: Float32Array;
  readonly #dVectors: Float32Array;

  constructor(sizes: AnchorNetworkSizes, anchorEmbeddings: Float32Array, profiles: Profiles, random: Random) {
    const { dimensions: D, keyWidth: K, hiddenWidth: H, anchors: P, models: M, rank: R, maxRows: B } = sizes;
    this.#sizes = sizes;
    this.maxRows = B;
    this.#anchorEmbeddings = anchorEmbeddings;
    this.#startValues = { quality: profiles.quality, cost: profiles.cost };
    this.#startProjection = leadingIdentity(K, D);
    this.#set = new ParameterSet([
      ["query", K * D],
      ["keyProjection", K * D],
      ["value.quality", P * M],
      ["value.cost", P * M],
      ["trunk.weight", H * D],
      ["trunk.bias", H],
      ["lowRank.query", (2 * R + 2) * H],
      ["lowRank.quality", M * R],
      ["lowRank.cost", M * R],
      ["bias.quality", M],
      ["bias.cost", M],
    ]);
    this.parameters = this.#set.parameters;
    this.gradients = this.#set.gradients;
    this.#set.fillNormal("trunk.weight", Math.sqrt(2 / D), random);
    this.#set.fillNormal("lowRank.query", Math.sqrt(1 / H), random);
    this.#set.fillNormal("lowRank.quality", 0.3 / Math.sqrt(R), random);
    this.#set.fillNormal("lowRank.cost", 0.3 / Math.sqrt(R), random);
    this.#set.parameter("bias.quality").set(profiles.qualityBias);
    this.#set.parameter("bias.cost").set(profiles.costBias);

    this.#query = new Float32Array(K * D);
    this.#keyProjection = new Float32Array(K * D);
    this.#values = { quality: new Float32Array(P * M), cost: new Float32Array(P * M) };
    this.#vectors = { quality: new Float32Array(M * (R + 1)), cost: new Float32Array(M * (R + 1)) };
    this.qualityLogits = new Float32Array(B * M);
    this.costOutputs = new Float32Array(B * M);
    this.#q = new Float32Array(B * K);
    this.#keys = new Float32Array(P * K);
    this.#weights = new Float32Array(B * P);
    this.#preHidden = new Float32Array(B * H);
    this.#hidden = new Float32Array(B * H);
    this.#mask = new Float32Array(B * H);
    this.#lowRank = { quality: new Float32Array(B * (R + 1)), cost: new Float32Array(B * (R + 1)) };
    this.#dQ = new Float32Array(B * K);
    this.#dKeys = new Float32Array(P * K);
    this.#dWeights = new Float32Array(B * P);
    this.#dHidden = new Float32Array(B * H);
    this.#dLowRank = new Float32Array(B * (R + 1));
    this.#dVectors = new Float32Array(M * (R + 1));
  }

  forward(embeddings: Float32Array, rows: number, drop: Dropout | null): void {
    const { dimensions: D, keyWidth: K, hiddenWidth: H, anchors: P } = this.#sizes;
    this.#refreshEffectiveParameters();
    // attention over the anchors; the scale τ/√K sits in the queries
    matmulTransposedB(this.#q, embeddings, this.#query, rows, D, K);
    const scale = this.#attentionScale();
    for (let i = 0; i < rows * K; i++) this.#q[i] *= scale;
    matmulTransposedB(this.#keys, this.#anchorEmbeddings, this.#keyProjection, P, D, K);
    matmulTransposedB(this.#weights, this.#q, this.#keys, rows, K, P);
    softmaxRows(this.#weights, this.#weights, rows, P, 1);
    // shared trunk
    matmulTransposedB(this.#preHidden, embeddings, this.#set.parameter("trunk.weight"), rows, D, H);
    const trunkBias = this.#set.parameter("trunk.bias");
    for (let i = 0; i < rows * H; i++) this.#preHidden[i] += trunkBias[i % H];
    gelu(this.#hidden, this.#preHidden, rows * H);
    dropout(this.#hidden, this.#mask, rows * H, drop?.rate ?? 0, drop?.random ?? null);
    this.#readOut("quality", this.qualityLogits, rows);
    this.#readOut("cost", this.costOutputs, rows);
  }

  backward(dQualityLogits: Float32Array, dCostOutputs: Float32Array, embeddings: Float32Array, rows: number): void {
    const { dimensions: D, keyWidth: K, hiddenWidth: H, anchors: P } = this.#sizes;
    this.#set.clearGradients();
    this.#backwardReadOut("quality", dQualityLogits, rows, false);
    this.#backwardReadOut("cost", dCostOutputs, rows, true);

    // weights = softmax(q kᵀ)
    softmaxRowsBackward(this.#dWeights, this.#dWeights, this.#weights, rows, P, 1);
    matmul(this.#dQ, this.#dWeights, this.#keys, rows, P, K);
    matmulTransposedA(this.#dKeys, this.#dWeights, this.#q, P, rows, K);
    // q = scale · e W_qᵀ,  k = a W_kᵀ
    const scale = this.#attentionScale();
    for (let i = 0; i < rows * K; i++) this.#dQ[i] *= scale;
    matmulTransposedA(this.#set.gradient("query"), this.#dQ, embeddings, K, rows, D);
    matmulTransposedA(this.#set.gradient("keyProjection"), this.#dKeys, this.#anchorEmbeddings, K, P, D);

    // hidden = mask ⊙ gelu(e W_1ᵀ + b_1)
    for (let i = 0; i < rows * H; i++) this.#dHidden[i] *= this.#mask[i];
    geluBackward(this.#dHidden, this.#dHidden, this.#preHidden, rows * H);
    matmulTransposedA(this.#set.gradient("trunk.weight"), this.#dHidden, embeddings, H, rows, D);
    const dTrunkBias = this.#set.gradient("trunk.bias");
    for (let i = 0; i < rows * H; i++) dTrunkBias[i % H] += this.#dHidden[i];
  }

  toTensors(): Map<string, { shape: number[]; data: Float32Array }> {
    const { dimensions: D, keyWidth: K, hiddenWidth: H, anchors: P, models: M, rank: R } = this.#sizes;
    this.#refreshEffectiveParameters();
    const keys = new Float32Array(P * K);
    matmulTransposedB(keys, this.#anchorEmbeddings, this.#keyProjection, P, D, K);
    const copy = (name: string, shape: number[]) => ({ shape, data: this.#set.parameter(name).slice() });
    return new Map([
      ["query", { shape: [K, D], data: this.#query.slice() }],
      ["key", { shape: [P, K], data: keys }],
      ["value.quality", { shape: [P, M], data: this.#values.quality.slice() }],
      ["value.cost", { shape: [P, M], data: this.#values.cost.slice() }],
      ["trunk.weight", copy("trunk.weight", [H, D])],
      ["trunk.bias", copy("trunk.bias", [H])],
      ["lowRank.query", copy("lowRank.query", [2 * R + 2, H])],
      ["lowRank.quality", copy("lowRank.quality", [M, R])],
      ["lowRank.cost", copy("lowRank.cost", [M, R])],
      ["bias.quality", copy("bias.quality", [M])],
      ["bias.cost", copy("bias.cost", [M])],
    ]);
  }

  /** outputs (B, M) = w V + (h [Z; g]ᵀ) [u, 1]ᵀ + b */
  #readOut(head: "quality" | "cost", outputs: Float32Array, rows: number): void {
    const { hiddenWidth: H, anchors: P, models: M, rank: R } = this.#sizes;
    matmul(outputs, this.#weights, this.#values[head], rows, P, M);
    matmulTransposedB(this.#lowRank[head], this.#hidden, this.#lowRankQuery(head), rows, H, R + 1);
    matmulTransposedB(outputs, this.#lowRank[head], this.#vectors[head], rows, R + 1, M, true);
    const bias = this.#set.parameter(`bias.${head}`);
    for (let b = 0; b < rows; b++) {
      for (let m = 0; m < M; m++) outputs[b * M + m] += bias[m];
    }
  }

  /** Inverts `#readOut`; adds to dWeights and dHidden when `accumulate`, else sets them. */
  #backwardReadOut(head: "quality" | "cost", dOutputs: Float32Array, rows: number, accumulate: boolean): void {
    const { hiddenWidth: H, anchors: P, models: M, rank: R } = this.#sizes;
    const dBias = this.#set.gradient(`bias.${head}`);
    for (let b = 0; b < rows; b++) {
      for (let m = 0; m < M; m++) dBias[m] += dOutputs[b * M + m];
    }
    // w V
    matmulTransposedA(this.#set.gradient(`value.${head}`), this.#weights, dOutputs, P, rows, M);
    matmulTransposedB(this.#dWeights, dOutputs, this.#values[head], rows, M, P, accumulate);
    // (h [Z; g]ᵀ) [u, 1]ᵀ
    matmulTransposedA(this.#dVectors, dOutputs, this.#lowRank[head], M, rows, R + 1);
    const dVectors = this.#set.gradient(`lowRank.${head}`);
    for (let m = 0; m < M; m++) {
      for (let r = 0; r < R; r++) dVectors[m * R + r] = this.#dVectors[m * (R + 1) + r];
    }
    matmul(this.#dLowRank, dOutputs, this.#vectors[head], rows, M, R + 1);
    const dQuery = this.#set.gradient("lowRank.query");
    const half = (R + 1) * H;
    const dQueryHalf = head === "quality" ? dQuery.subarray(0, half) : dQuery.subarray(half);
    matmulTransposedA(dQueryHalf, this.#dLowRank, this.#hidden, R + 1, rows, H);
    matmul(this.#dHidden, this.#dLowRank, this.#lowRankQuery(head), rows, R + 1, H, accumulate);
  }

  #refreshEffectiveParameters(): void {
    const { models: M, rank: R } = this.#sizes;
    addInto(this.#query, this.#startProjection, this.#set.parameter("query"));
    addInto(this.#keyProjection, this.#startProjection, this.#set.parameter("keyProjection"));
    for (const head of ["quality", "cost"] as const) {
      addInto(this.#values[head], this.#startValues[head], this.#set.parameter(`value.${head}`));
      // a last column of ones carries the shared term g·h through the same product
      const vectors = this.#vectors[head];
      const own = this.#set.parameter(`lowRank.${head}`);
      for (let m = 0; m < M; m++) {
        for (let r = 0; r < R; r++) vectors[m * (R + 1) + r] = own[m * R + r];
        vectors[m * (R + 1) + R] = 1;
      }
    }
  }

  /** (R + 1, H): Z over g, of one head. */
  #lowRankQuery(head: "quality" | "cost"): Float32Array {
    const half = (this.#sizes.rank + 1) * this.#sizes.hiddenWidth;
    const both = this.#set.parameter("lowRank.query");
    return head === "quality" ? both.subarray(0, half) : both.subarray(half);
  }

  #attentionScale(): number {
    return this.#sizes.temperature / Math.sqrt(this.#sizes.keyWidth);
  }
}

/** (K, D) with ones on the diagonal: the embedding's leading components as they are. */
function leadingIdentity(K: number, D: number): Float32Array {
  const out = new Float32Array(K * D);
  for (let k = 0; k < Math.min(K, D); k++) out[k * D + k] = 1;
  return out;
}

function addInto(out: Float32Array, a: Float32Array, b: Float32Array): void {
  for (let i = 0; i < out.length; i++) out[i] = a[i] + b[i];
}
