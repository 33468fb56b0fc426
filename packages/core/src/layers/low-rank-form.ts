import { type Manifest, networkModel } from "../artifact/manifest.js";
import type { TensorMap } from "../artifact/tensor.js";
import type { Backend } from "../kernels/backend.js";
import { type AttentionForm, gatherColumns, maxRows, tensorData } from "./attention-form.js";
import { foldHead } from "./fold-head.js";

/**
 * Low-rank model vectors and a shared difficulty over a hidden layer, without an attention of their own: the members that
 * stand beside the attention over the anchors (`KernelRegression`).
 *
 *   h = gelu(W_1 e + b_1),  logit_m = b_m + (Z h)·u_m + g·h
 *
 * and the same readout again for cost. D embedding, H hidden, S members, M models of the pool. The first layers of all
 * members stand in one (S·H, D) matrix; Z, u and g fold into one (H, 2M) matrix a member.
 */
export class LowRankForm implements AttentionForm {
  readonly members: number;
  readonly models: number;
  readonly dimensions: number;
  readonly #backend: Backend;
  readonly #hiddenWidth: number;
  /** (S·H, D) and (S·H). */
  readonly #trunk: Float32Array;
  readonly #trunkBias: Float32Array;
  /** Of each member (H, 2M) and (2M); quality columns first, then cost. */
  readonly #readouts: Float32Array[];
  readonly #biases: Float32Array[];
  // scratch for one block of rows, owned so that a request allocates nothing
  readonly #hidden: Float32Array;
  readonly #own: Float32Array;
  readonly #outputs: Float32Array;

  constructor(manifest: Manifest, tensors: TensorMap, columns: readonly number[], backend: Backend) {
    const { members: S, hiddenWidth: H, rank: R } = networkModel(manifest);
    const D = manifest.embedder.dimensions;
    const M = columns.length;
    this.members = S;
    this.models = M;
    this.dimensions = D;
    this.#backend = backend;
    this.#hiddenWidth = H;
    this.#trunk = backend.allocate(S * H * D);
    this.#trunkBias = new Float32Array(S * H);
    this.#readouts = [];
    this.#biases = [];
    for (let s = 0; s < S; s++) {
      const read = (name: string): Float32Array => tensorData(tensors, `member.${s}.${name}`);
      this.#trunk.set(read("trunk.weight"), s * H * D);
      this.#trunkBias.set(read("trunk.bias"), s * H);
      const query = read("lowRank.query");
      const readout = backend.allocate(H * 2 * M);
      foldHead(readout, 0, 2 * M, query, read("lowRank.quality"), columns, H, R, backend);
      foldHead(readout, M, 2 * M, query.subarray((R + 1) * H), read("lowRank.cost"), columns, H, R, backend);
      const bias = new Float32Array(2 * M);
      const measured = read("bias.quality").length;
      gatherColumns(bias, 2 * M, 0, read("bias.quality"), 1, measured, columns);
      gatherColumns(bias, 2 * M, M, read("bias.cost"), 1, measured, columns);
      this.#readouts.push(readout);
      this.#biases.push(bias);
    }
    this.#hidden = backend.allocate(maxRows * S * H);
    this.#own = backend.allocate(maxRows * H);
    this.#outputs = backend.allocate(maxRows * 2 * M);
  }

  forward(qualityLogits: Float32Array, costOutputs: Float32Array, embeddings: Float32Array, rows: number): void {
    const S = this.members;
    const H = this.#hiddenWidth;
    const M = this.models;
    const hidden = this.#hidden;
    const own = this.#own;
    const outputs = this.#outputs;
    const width = S * H;
    // the first layers of all members in one product
    this.#backend.matmulTransposedB(hidden, embeddings, this.#trunk, rows, this.dimensions, width);
    for (let b = 0; b < rows; b++) {
      for (let h = 0; h < width; h++) hidden[b * width + h] += this.#trunkBias[h];
    }
    this.#backend.gelu(hidden, hidden, rows * width);
    for (let s = 0; s < S; s++) {
      for (let b = 0; b < rows; b++) {
        for (let h = 0; h < H; h++) own[b * H + h] = hidden[b * width + s * H + h];
      }
      this.#backend.matmul(outputs, own, this.#readouts[s], rows, H, 2 * M);
      const bias = this.#biases[s];
      for (let b = 0; b < rows; b++) {
        for (let m = 0; m < M; m++) {
          const at = (s * rows + b) * M + m;
          qualityLogits[at] = outputs[b * 2 * M + m] + bias[m];
          costOutputs[at] = outputs[b * 2 * M + M + m] + bias[M + m];
        }
      }
    }
  }
}
