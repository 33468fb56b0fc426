import { type Manifest, networkModel } from "../artifact/manifest.js";
import type { TensorMap } from "../artifact/tensor.js";
import type { Backend } from "../kernels/backend.js";
import type { LinearMap } from "../kernels/linear-map.js";
import { type AttentionForm, floatsOf, maxRows, tensorData } from "./attention-form.js";
import { foldHead } from "./fold-head.js";

/**
 * Low-rank model vectors and a shared difficulty over a hidden layer, without an attention of their own: the members that
 * stand beside the attention over the anchors (`KernelRegression`).
 *
 *   h = gelu(W_1 e + b_1),  logit_m = b_m + (Z h)·u_m + g·h
 *
 * and the same readout again for cost. D embedding, H hidden, S members, M models of the pool. Z, u and g fold into one
 * (H, 2M) matrix a member, and all members into one map before the gelu and one after it.
 */
export class LowRankForm implements AttentionForm {
  readonly members: number;
  readonly models: number;
  readonly dimensions: number;
  readonly #backend: Backend;
  readonly #share: number;
  readonly #hiddenWidth: number;
  /** Of all members W_1 and b_1: D to S·H. */
  readonly #trunk: LinearMap;
  /** S·H to 2M: quality times its share, then cost divided by S. */
  readonly #readout: LinearMap;
  /** (S, M) share · b. */
  readonly #biases: Float32Array;
  // scratch for one block of rows, owned so that a request allocates nothing
  readonly #hidden: Float32Array;
  readonly #ownHidden: Float32Array;
  readonly #ownOutputs: Float32Array;

  /** Floats that `backend` has to hold for M models. */
  static floats(manifest: Manifest, M: number): number {
    const { members, hiddenWidth: H, rank: R } = networkModel(manifest);
    const width = members * H;
    const folded = new Array<[number, number]>(2 * members).fill([R, H]);
    return floatsOf([[manifest.embedder.dimensions, width], [width, 2 * M], ...folded], (maxRows + 1) * width + 2 * M);
  }

  /** @param share of a member's logits in the joint ones */
  constructor(manifest: Manifest, tensors: TensorMap, columns: readonly number[], backend: Backend, share: number) {
    const { members: S, hiddenWidth: H, rank: R } = networkModel(manifest);
    const D = manifest.embedder.dimensions;
    const M = columns.length;
    this.members = S;
    this.models = M;
    this.dimensions = D;
    this.#backend = backend;
    this.#share = share;
    this.#hiddenWidth = H;
    const trunk = new Float32Array(S * H * D);
    const trunkBias = new Float32Array(S * H);
    const readout = new Float32Array(2 * M * S * H);
    const jointBias = new Float32Array(2 * M);
    this.#biases = new Float32Array(S * M);
    for (let s = 0; s < S; s++) {
      const read = (name: string): Float32Array => tensorData(tensors, `member.${s}.${name}`);
      trunk.set(read("trunk.weight"), s * H * D);
      trunkBias.set(read("trunk.bias"), s * H);
      const query = read("lowRank.query");
      const fold = (start: number, rows: Float32Array, name: string, scale: number): void =>
        foldHead(readout, start + s * H, S * H, rows, read(name), columns, H, R, scale, backend);
      fold(0, query, "lowRank.quality", share);
      fold(M * S * H, query.subarray((R + 1) * H), "lowRank.cost", 1 / S);
      const [quality, cost] = [read("bias.quality"), read("bias.cost")];
      for (let m = 0; m < M; m++) {
        this.#biases[s * M + m] = share * quality[columns[m]];
        jointBias[m] += share * quality[columns[m]];
        jointBias[M + m] += cost[columns[m]] / S;
      }
    }
    this.#trunk = backend.bindLinear(trunk, D, S * H, "columns-inner", trunkBias);
    this.#readout = backend.bindLinear(readout, S * H, 2 * M, "columns-inner", jointBias);
    this.#hidden = backend.allocate(maxRows * S * H);
    this.#ownHidden = backend.allocate(S * H);
    this.#ownOutputs = backend.allocate(2 * M);
  }

  forward(joint: Float32Array, embeddings: Float32Array, rows: number): void {
    const hidden = this.#hidden;
    this.#backend.applyLinear(hidden, embeddings, this.#trunk, rows);
    this.#backend.gelu(hidden, hidden, rows * this.#trunk.columns);
    this.#backend.applyLinear(joint, hidden, this.#readout, rows);
  }

  memberLogits(out: Float64Array, offset: number, member: number, row: number): void {
    const M = this.models;
    const width = this.#trunk.columns;
    const [start, end] = [member * this.#hiddenWidth, (member + 1) * this.#hiddenWidth];
    // the member's own hidden units through the joint readout, whose bias is that of all members
    for (let h = 0; h < width; h++) {
      this.#ownHidden[h] = h >= start && h < end ? this.#hidden[row * width + h] : 0;
    }
    this.#backend.applyLinear(this.#ownOutputs, this.#ownHidden, this.#readout, 1);
    for (let m = 0; m < M; m++) {
      let others = 0;
      for (let s = 0; s < this.members; s++) if (s !== member) others += this.#biases[s * M + m];
      out[offset + m] = this.#share === 0 ? 0 : (this.#ownOutputs[m] - others) / this.#share;
    }
  }
}
