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
 * and the same readout again for cost. D embedding, H hidden, S members, M models of the pool. Z, u and g fold
 * into one (H, 2M) matrix a member.
 */
export class LowRankForm implements AttentionForm {
  readonly members: number;
  readonly models: number;
  readonly dimensions: number;
  readonly #backend: Backend;
  readonly #hiddenWidth: number;
  /** Of each member W_1 (H, D) and b_1 (H). */
  readonly #trunks: Float32Array[];
  readonly #trunkBiases: Float32Array[];
  /** Of each member (H, 2M) and (2M); quality columns first, then cost. */
  readonly #readouts: Float32Array[];
  readonly #biases: Float32Array[];
  // scratch for one block of rows of one member, owned so that a request allocates nothing
  readonly #hidden: Float32Array;
  readonly #outputs: Float32Array;

  constructor(manifest: Manifest, tensors: TensorMap, columns: readonly number[], backend: Backend) {
    const { members: S, hiddenWidth: H, rank: R } = networkModel(manifest);
    const M = columns.length;
    this.members = S;
    this.models = M;
    this.dimensions = manifest.embedder.dimensions;
    this.#backend = backend;
    this.#hiddenWidth = H;
    this.#trunks = [];
    this.#trunkBiases = [];
    this.#readouts = [];
    this.#biases = [];
    for (let s = 0; s < S; s++) {
      const read = (name: string): Float32Array => tensorData(tensors, `member.${s}.${name}`);
      this.#trunks.push(backend.allocate(read("trunk.weight")));
      this.#trunkBiases.push(read("trunk.bias"));
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
    this.#hidden = backend.allocate(maxRows * H);
    this.#outputs = backend.allocate(maxRows * 2 * M);
  }

  forward(qualityLogits: Float32Array, costOutputs: Float32Array, embeddings: Float32Array, rows: number): void {
    const H = this.#hiddenWidth;
    const M = this.models;
    const hidden = this.#hidden;
    const outputs = this.#outputs;
    for (let s = 0; s < this.members; s++) {
      this.#backend.matmulTransposedB(hidden, embeddings, this.#trunks[s], rows, this.dimensions, H);
      const trunkBias = this.#trunkBiases[s];
      for (let i = 0; i < rows * H; i++) hidden[i] += trunkBias[i % H];
      this.#backend.gelu(hidden, hidden, rows * H);
      this.#backend.matmul(outputs, hidden, this.#readouts[s], rows, H, 2 * M);
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
