import { jsTrainingBackend, type Random, type TrainingBackend } from "@onehead/core/training";
import { keepOwnShare } from "../calibration/shrink-costs.js";
import type { Network } from "./network.js";
import { networkMemory } from "./network-memory.js";
import { ParameterSet } from "./parameter-set.js";
import { addRows, addToRows } from "./rows.js";
import type { StartingBiases } from "./starting-biases.js";

export interface LowRankNetworkSizes {
  /** D, H, M and R of the form's equations. */
  dimensions: number;
  hiddenWidth: number;
  models: number;
  rank: number;
  maxRows: number;
  /** Share of the trunk's units that training leaves out. */
  dropout: number;
}

/**
 * Training twin of core's `LowRankForm`: the same function unfolded, with its gradients.
 *
 *   h = gelu(W_1 e + b_1),  logit_m = b_m + (Z h)·u_m + g·h      (likewise cost, with its own Z, u, g, b)
 */
export class LowRankNetwork implements Network {
  readonly backend: TrainingBackend;
  readonly parameters: ReadonlyMap<string, Float32Array>;
  readonly gradients: ReadonlyMap<string, Float32Array>;
  readonly rowSums: Float32Array;
  readonly qualityLogits: Float32Array;
  readonly costOutputs: Float32Array;
  readonly maxRows: number;
  readonly drawsPerRow: number;
  readonly #sizes: LowRankNetworkSizes;
  readonly #set: ParameterSet;
  /** (M, R + 1): u with a last column of ones, which carries g·h through the same product. */
  readonly #vectors: { quality: Float32Array; cost: Float32Array };
  // activations of one batch
  readonly #input: Float32Array;
  readonly #preHidden: Float32Array;
  readonly #hidden: Float32Array;
  readonly #mask: Float32Array;
  readonly #lowRank: { quality: Float32Array; cost: Float32Array };
  // gradients of activations
  readonly #dOutputs: { quality: Float32Array; cost: Float32Array };
  readonly #dHidden: Float32Array;
  readonly #dLowRank: Float32Array;
  readonly #dVectors: Float32Array;

  /** @param backend of which the network takes a memory of its own */
  constructor(
    sizes: LowRankNetworkSizes,
    { qualityBias, costBias }: StartingBiases,
    random: Random,
    backend: TrainingBackend = jsTrainingBackend,
  ) {
    const { dimensions: D, hiddenWidth: H, models: M, rank: R, maxRows: B } = sizes;
    this.#sizes = sizes;
    this.maxRows = B;
    this.drawsPerRow = H;
    const parameters: Array<[string, number]> = [
      ["trunk.weight", H * D],
      ["trunk.bias", H],
      ["lowRank.query", (2 * R + 2) * H],
      ["lowRank.quality", M * R],
      ["lowRank.cost", M * R],
      ["bias.quality", M],
      ["bias.cost", M],
    ];
    this.backend = networkMemory(backend, {
      dimensions: D,
      models: M,
      maxRows: B,
      parameters,
      perRow: 4 * H + 3 * (R + 1),
      shared: 3 * M * (R + 1),
      inner: Math.max(D, H, B, M, R + 1),
    });
    this.#set = new ParameterSet(parameters, this.backend);
    this.parameters = this.#set.parameters;
    this.gradients = this.#set.gradients;
    this.rowSums = this.#set.rowSums;
    this.#set.fillNormal("trunk.weight", Math.sqrt(2 / D), random);
    this.#set.fillNormal("lowRank.query", Math.sqrt(1 / H), random);
    this.#set.fillNormal("lowRank.quality", 0.3 / Math.sqrt(R), random);
    this.#set.fillNormal("lowRank.cost", 0.3 / Math.sqrt(R), random);
    this.#set.parameter("bias.quality").set(qualityBias);
    this.#set.parameter("bias.cost").set(costBias);

    const make = (size: number): Float32Array => this.backend.allocate(size);
    this.#vectors = { quality: make(M * (R + 1)), cost: make(M * (R + 1)) };
    this.qualityLogits = make(B * M);
    this.costOutputs = make(B * M);
    this.#input = make(B * D);
    this.#preHidden = make(B * H);
    this.#hidden = make(B * H);
    this.#mask = make(B * H);
    this.#lowRank = { quality: make(B * (R + 1)), cost: make(B * (R + 1)) };
    this.#dOutputs = { quality: make(B * M), cost: make(B * M) };
    this.#dHidden = make(B * H);
    this.#dLowRank = make(B * (R + 1));
    this.#dVectors = make(M * (R + 1));
  }

  prepare(): void {
    const { models: M, rank: R } = this.#sizes;
    for (const head of ["quality", "cost"] as const) {
      const vectors = this.#vectors[head];
      const own = this.#set.parameter(`lowRank.${head}`);
      for (let m = 0; m < M; m++) {
        for (let r = 0; r < R; r++) vectors[m * (R + 1) + r] = own[m * R + r];
        vectors[m * (R + 1) + R] = 1;
      }
    }
  }

  forward(embeddings: Float32Array, rows: number, draws: Uint32Array | null): void {
    const { dimensions: D, hiddenWidth: H } = this.#sizes;
    const { matmulTransposedB, gelu, multiplyEach } = this.backend;
    this.#input.set(embeddings.subarray(0, rows * D));
    matmulTransposedB(this.#preHidden, this.#input, this.#set.parameter("trunk.weight"), rows, D, H);
    addToRows(this.#preHidden, this.#set.parameter("trunk.bias"), rows, H);
    gelu(this.#hidden, this.#preHidden, rows * H);
    this.#drawMask(rows, draws);
    multiplyEach(this.#hidden, this.#hidden, this.#mask, rows * H);
    this.#readOut("quality", this.qualityLogits, rows);
    this.#readOut("cost", this.costOutputs, rows);
  }

  backward(dQualityLogits: Float32Array, dCostOutputs: Float32Array, rows: number): void {
    const { dimensions: D, hiddenWidth: H, models: M } = this.#sizes;
    const { matmulTransposedA, geluBackward, multiplyEach } = this.backend;
    this.#dOutputs.quality.set(dQualityLogits.subarray(0, rows * M));
    this.#dOutputs.cost.set(dCostOutputs.subarray(0, rows * M));
    this.rowSums.fill(0);
    this.#backwardReadOut("quality", rows, false);
    this.#backwardReadOut("cost", rows, true);
    // hidden = mask ⊙ gelu(e W_1ᵀ + b_1)
    multiplyEach(this.#dHidden, this.#dHidden, this.#mask, rows * H);
    geluBackward(this.#dHidden, this.#dHidden, this.#preHidden, rows * H);
    matmulTransposedA(this.#set.gradient("trunk.weight"), this.#dHidden, this.#input, H, rows, D);
    addRows(this.#set.gradient("trunk.bias"), this.#dHidden, rows, H);
  }

  finish(): void {
    // all gradients are sums over rows
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

  /** Inverted dropout: 0 with probability `rate`, 1 / (1 − rate) elsewhere. Source: Srivastava et al. 2014 */
  #drawMask(rows: number, draws: Uint32Array | null): void {
    const { hiddenWidth: H, dropout: rate } = this.#sizes;
    const count = rows * H;
    const mask = this.#mask;
    if (draws === null || rate === 0) {
      mask.fill(1, 0, count);
      return;
    }
    const keep = 1 / (1 - rate);
    const least = rate * 2 ** 32;
    for (let i = 0; i < count; i++) mask[i] = draws[i] < least ? 0 : keep;
  }

  /** outputs (B, M) = (h [Z; g]ᵀ) [u, 1]ᵀ + b */
  #readOut(head: "quality" | "cost", outputs: Float32Array, rows: number): void {
    const { hiddenWidth: H, models: M, rank: R } = this.#sizes;
    const { matmulTransposedB } = this.backend;
    const vectors = this.#vectors[head];
    matmulTransposedB(this.#lowRank[head], this.#hidden, this.#lowRankQuery(head), rows, H, R + 1);
    matmulTransposedB(outputs, this.#lowRank[head], vectors, rows, R + 1, M);
    addToRows(outputs, this.#set.parameter(`bias.${head}`), rows, M);
  }

  /** Inverts `#readOut`; adds to dHidden when `accumulate`, else sets it. */
  #backwardReadOut(head: "quality" | "cost", rows: number, accumulate: boolean): void {
    const { hiddenWidth: H, models: M, rank: R } = this.#sizes;
    const { matmul, matmulTransposedA } = this.backend;
    const dOutputs = this.#dOutputs[head];
    addRows(this.#set.gradient(`bias.${head}`), dOutputs, rows, M);
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
