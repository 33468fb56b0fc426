import type { Artifact } from "../artifact/artifact.js";
import { networkModel } from "../artifact/manifest.js";
import { findNonFinite } from "../artifact/tensor.js";
import type { Backend } from "../kernels/backend.js";
import { type AttentionForm, floatsOf, maxRows, wholeVectors } from "../layers/attention-form.js";
import { ClusterAttention } from "../layers/cluster-attention.js";
import { KernelRegression } from "../layers/kernel-regression.js";
import { LowRankForm } from "../layers/low-rank-form.js";
import { ModelAttention } from "../layers/model-attention.js";

const forms = { "low-rank": LowRankForm, models: ModelAttention };

/**
 * What an artifact's parts say of M measured models, joined and calibrated:
 *
 *   logit = (f Σ_o w_o logit_o + (1 − f) μ) / T + β,  y = mean_s y_s + Δy
 *
 * with T, β the shared calibration. The O opinions on quality are the S networks and, where the artifact has them, the kernel
 * regression and the attention over clusters. The clusters have the weight c, the kernel (1 − c) w, and the networks share the
 * rest equally. The kernel also adds Δy to the cost, and says how familiar a prompt is: where f is below 1, every opinion gives
 * way to the logits μ of the models' means, and y to the log of their mean cost.
 */
export class JointOutputs {
  /** M, and L of the arrays, a multiple of four: lanes after the Mth repeat the first. */
  readonly models: number;
  readonly lanes: number;
  /** D. */
  readonly dimensions: number;
  /** (O) share of every opinion in the joint logit. */
  readonly weights: Float64Array;
  /** (B, 2L) of the last `forward`: logits of a row without β, then y. */
  readonly joint: Float32Array;
  /** β. */
  readonly bias: number;
  readonly inverseTemperature: number;
  readonly clusters: ClusterAttention | undefined;
  /** Kernels with room for what else belongs to this pool. */
  readonly backend: Backend;
  readonly #form: AttentionForm;
  readonly #kernel: KernelRegression | null;
  // of one block of rows: (B, D) e and e / |e|
  readonly #embeddings: Float32Array;
  readonly #unit: Float32Array;
  /** (B) |e|². */
  readonly #squares: Float32Array;

  /**
   * @param columns the M columns of the network that are asked for
   * @param floats  that `backend` is asked for besides
   */
  constructor(artifact: Artifact, columns: readonly number[], backend: Backend, floats = 0) {
    const { manifest, tensors } = artifact;
    const { form, members, kernel, clusters } = networkModel(manifest);
    const D = manifest.embedder.dimensions;
    const M = columns.length;
    const L = wholeVectors(M);
    const filled = [...columns, ...new Array<number>(L - M).fill(columns[0])];
    const Form = forms[form];
    this.models = M;
    this.lanes = L;
    this.dimensions = D;
    // a pool that is bound anew leaves its weights behind
    const own = backend.fork(
      floatsOf([], floats + maxRows * (2 * L + 2 * D + 1)) +
        Form.floats(manifest, L) +
        (kernel === undefined ? 0 : KernelRegression.floats(manifest, kernel, L)) +
        (clusters === undefined ? 0 : ClusterAttention.floats(manifest, clusters, L)),
    );
    this.backend = own;
    this.inverseTemperature = 1 / manifest.calibration.temperature;
    this.bias = manifest.calibration.bias;

    const besideClusters = 1 - (clusters?.weight ?? 0);
    const weights = new Array<number>(members).fill((besideClusters * (1 - (kernel?.weight ?? 0))) / members);
    const add = (weight: number): number => {
      weights.push(weight);
      return weight * this.inverseTemperature;
    };
    this.#form = new Form(manifest, tensors, filled, own, weights[0] * this.inverseTemperature, M);
    this.#kernel =
      kernel === undefined
        ? null
        : new KernelRegression(manifest, tensors, filled, own, kernel, add(besideClusters * kernel.weight));
    if (clusters !== undefined) {
      this.clusters = new ClusterAttention(manifest, tensors, filled, own, clusters, add(clusters.weight));
    }
    this.weights = Float64Array.from(weights);
    this.joint = own.allocate(maxRows * 2 * L);
    this.#embeddings = own.allocate(maxRows * D);
    this.#unit = own.allocate(maxRows * D);
    this.#squares = own.allocate(maxRows);
  }

  /** The first of R embeddings with a component that is no finite number, −1 for none. @param embeddings (R, D) and no more than that */
  firstNonFinite(embeddings: Float32Array, rows: number): number {
    const { dimensions: D } = this;
    for (let start = 0; start < rows; start += maxRows) {
      const block = embeddings.subarray(start * D, Math.min(rows, start + maxRows) * D);
      this.#embeddings.set(block);
      this.backend.squaredNorms(this.#squares, this.#embeddings, block.length / D, D);
      for (let b = 0; b < block.length / D; b++) {
        // a square overflows where the number itself may not
        if (this.#squares[b] < Number.POSITIVE_INFINITY) continue;
        if (findNonFinite({ data: block.subarray(b * D, (b + 1) * D) }) >= 0) return start + b;
      }
    }
    return -1;
  }

  /** @param embeddings (B, D), B ≤ 64 and no more than that */
  forward(embeddings: Float32Array, rows: number): void {
    const joint = this.joint;
    const { dimensions: D, lanes: L } = this;
    this.#embeddings.set(embeddings);
    this.#form.forward(joint, this.#embeddings, rows);
    if (this.#kernel !== null || this.clusters !== undefined) {
      this.backend.unitRows(this.#unit, this.#embeddings, rows, D);
    }
    this.#kernel?.forward(joint, this.#unit, rows);
    this.clusters?.forward(joint, this.#unit, rows);
    if (this.#kernel === null) return;
    const { familiarity, means, meanCosts } = this.#kernel;
    for (let b = 0; b < rows; b++) {
      const f = familiarity[b];
      // not left to a factor of 0, so that familiar prompts keep their bits
      if (!(f < 1)) continue;
      const at = b * 2 * L;
      for (let m = 0; m < L; m++) {
        joint[at + m] = f * joint[at + m] + (1 - f) * means[m] * this.inverseTemperature;
        joint[at + L + m] = f * joint[at + L + m] + (1 - f) * meanCosts[m];
      }
    }
  }

  /** (P) shares of the anchors in row `row` of the last `forward`; empty where nothing attends to anchors. */
  anchorWeights(row: number): Float32Array {
    return this.#kernel?.attentionWeights(row) ?? new Float32Array(0);
  }

  /** f of row `row` of the last `forward`, in [0, 1]. */
  familiarity(row: number): number {
    return this.#kernel === null ? 1 : this.#kernel.familiarity[row];
  }

  /** Writes the (O, L) calibrated logits of row `row` of the last `forward`, every opinion alone. */
  readOpinions(out: Float64Array, row: number): void {
    const S = this.#form.members;
    const L = this.lanes;
    for (let s = 0; s < S; s++) this.#form.memberLogits(out, s * L, s, row);
    const beside: Array<KernelRegression | ClusterAttention> = [];
    if (this.#kernel !== null) beside.push(this.#kernel);
    if (this.clusters !== undefined) beside.push(this.clusters);
    beside.forEach((opinion, i) => {
      opinion.logits(out, (S + i) * L, row);
    });
    const f = this.familiarity(row);
    for (let i = 0; i < this.weights.length * L; i++) {
      const logit = f < 1 && this.#kernel !== null ? f * out[i] + (1 - f) * this.#kernel.means[i % L] : out[i];
      out[i] = logit * this.inverseTemperature + this.bias;
    }
  }
}
