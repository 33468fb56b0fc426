import { gelu, matmul, matmulTransposedA, matmulTransposedB } from "@onehead/core";
import { dropout, geluBackward, type Random } from "@onehead/core/training";
import { keepOwnShare } from "../calibration/shrink-costs.js";
import type { Dropout, Network } from "./network.js";
import { ParameterSet } from "./parameter-set.js";

export interface LowRankNetworkSizes {
  /** D, H, M and R of the form's equations. */
  dimensions: number;
  hiddenWidth: number;
  models: number;
  rank: number;
  maxRows: number;
}

/** (M) starting biases: the models' means. */
export interface StartingBiases {
  qualityBias: Float32Array;
  costBias: Float32Array;
}

/**
 * Training twin of core's `LowRankForm`: the same function unfolded, with its gradients.
 *
 *   h = gelu(W_1 e + b_1),  logit_m = b_m + (Z h)·u_m + g·h      (likewise cost, with its own Z, u, g, b)
 */
export class LowRankNetwork implements Network {
  readonly parameters: ReadonlyMap<string, Float32Array>;
  readonly gradients: ReadonlyMap<string, Float32Array>;
  readonly qualityLogits: Float32Array;
  readonly costOutputs: Float32Array;
  readonly maxRows: number;
  readonly #sizes: LowRankNetworkSizes;
  readonly #set: ParameterSet;
  /** (M, R + 1): u with a last column of ones, which carries g·h through the same product. */
  readonly #vectors: { quality: Float32Array; cost: Float32Array };
  // activations of one batch
  readonly #preHidden: Float32Array;
  readonly #hidden: Float32Array;
  readonly #mask: Float32Array;
  readonly #lowRank: { quality: Float32Array; cost: Float32Array };
  // gradients of activations
  readonly #dHidden: Float32Array;
  readonly #dLowRank: Float32Array;
  readonly #dVectors: Float32Array;

  constructor(sizes: LowRankNetworkSizes, { qualityBias, costBias }: StartingBiases, random: Random) {
    const { dimensions: D, hiddenWidth: H, models: M, rank: R, maxRows: B } = sizes;
    this.#sizes = sizes;
    this.maxRows = B;
    this.#set = new ParameterSet([
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
    this.#set.parameter("bias.quality").set(qualityBias);
    this.#set.parameter("bias.cost").set(costBias);

    this.#vectors = { quality: new Float32Array(M * (R + 1)), cost: new Float32Array(M * (R + 1)) };
    this.qualityLogits = new Float32Array(B * M);
    this.costOutputs = new Float32Array(B * M);
    this.#preHidden = new Float32Array(B * H);
    this.#hidden = new Float32Array(B * H);
    this.#mask = new Float32Array(B * H);
    this.#lowRank = { quality: new Float32Array(B * (R + 1)), cost: new Float32Array(B * (R + 1)) };
    this.#dHidden = new Float32Array(B * H);
    this.#dLowRank = new Float32Array(B * (R + 1));
    this.#dVectors = new Float32Array(M * (R + 1));
  }

  forward(embeddings: Float32Array, rows: number, drop: Dropout | null): void {
    const { dimensions: D, hiddenWidth: H } = this.#sizes;
    matmulTransposedB(this.#preHidden, embeddings, this.#set.parameter("trunk.weight"), rows, D, H);
    const trunkBias = this.#set.parameter("trunk.bias");
    for (let i = 0; i < rows * H; i++) this.#preHidden[i] += trunkBias[i % H];
    gelu(this.#hidden, this.#preHidden, rows * H);
    dropout(this.#hidden, this.#mask, rows * H, drop?.rate ?? 0, drop?.random ?? null);
    this.#readOut("quality", this.qualityLogits, rows);
    this.#readOut("cost", this.costOutputs, rows);
  }

  backward(dQualityLogits: Float32Array, dCostOutputs: Float32Array, embeddings: Float32Array, rows: number): void {
    const { dimensions: D, hiddenWidth: H } = this.#sizes;
    this.#set.clearGradients();
    this.#backwardReadOut("quality", dQualityLogits, rows, false);
    this.#backwardReadOut("cost", dCostOutputs, rows, true);
    // hidden = mask ⊙ gelu(e W_1ᵀ + b_1)
    for (let i = 0; i < rows * H; i++) this.#dHidden[i] *= this.#mask[i];
    geluBackward(this.#dHidden, this.#dHidden, this.#preHidden, rows * H);
    matmulTransposedA(this.#set.gradient("trunk.weight"), this.#dHidden, embeddings, H, rows, D);
    const dTrunkBias = this.#set.gradient("trunk.bias");
    for (let i = 0; i < rows * H; i++) dTrunkBias[i % H] += this.#dHidden[i];
  }

  shrinkCosts(share: number, shift: Float32Array): void {
    const { models: M, rank: R } = this.#sizes;
    // g is shared by all models already
    keepOwnShare(this.#set.parameter("lowRank.cost"), share, M, R);
    const bias = this.#set.parameter("bias.cost");
    keepOwnShare(bias, share, M);
    for (let m = 0; m < M; m++) bias[m] += shift[m];
  }

  toTensors(): Map<string, { shape: number[]; data: Float32Array }> {
    const { dimensions: D, hiddenWidth: H, models: M, rank: R } = this.#sizes;
    const copy = (name: string, shape: number[]) => ({ shape, data: this.#set.parameter(name).slice() });
    return new Map([
      ["trunk.weight", copy("trunk.weight", [H, D])],
      ["trunk.bias", copy("trunk.bias", [H])],
      ["lowRank.query", copy("lowRank.query", [2 * R + 2, H])],
      ["lowRank.quality", copy("lowRank.quality", [M, R])],
      ["lowRank.cost", copy("lowRank.cost", [M, R])],
      ["bias.quality", copy("bias.quality", [M])],
      ["bias.cost", copy("bias.cost", [M])],
    ]);
  }

  /** outputs (B, M) = (h [Z; g]ᵀ) [u, 1]ᵀ + b */
  #readOut(head: "quality" | "cost", outputs: Float32Array, rows: number): void {
    const { hiddenWidth: H, models: M, rank: R } = this.#sizes;
    const vectors = this.#vectors[head];
    const own = this.#set.parameter(`lowRank.${head}`);
    for (let m = 0; m < M; m++) {
      for (let r = 0; r < R; r++) vectors[m * (R + 1) + r] = own[m * R + r];
      vectors[m * (R + 1) + R] = 1;
    }
    matmulTransposedB(this.#lowRank[head], this.#hidden, this.#lowRankQuery(head), rows, H, R + 1);
    matmulTransposedB(outputs, this.#lowRank[head], vectors, rows, R + 1, M);
    const bias = this.#set.parameter(`bias.${head}`);
    for (let b = 0; b < rows; b++) {
      for (let m = 0; m < M; m++) outputs[b * M + m] += bias[m];
    }
  }

  /** Inverts `#readOut`; adds to dHidden when `accumulate`, else sets it. */
  #backwardReadOut(head: "quality" | "cost", dOutputs: Float32Array, rows: number, accumulate: boolean): void {
    const { hiddenWidth: H, models: M, rank: R } = this.#sizes;
    const dBias = this.#set.gradient(`bias.${head}`);
    for (let b = 0; b < rows; b++) {
      for (let m = 0; m < M; m++) dBias[m] += dOutputs[b * M + m];
    }
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

  /** (R + 1, H): Z over g, of one head. */
  #lowRankQuery(head: "quality" | "cost"): Float32Array {
    const half = (this.#sizes.rank + 1) * this.#sizes.hiddenWidth;
    const both = this.#set.parameter("lowRank.query");
    return head === "quality" ? both.subarray(0, half) : both.subarray(half);
  }
}
