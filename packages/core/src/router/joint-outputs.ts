import type { Artifact } from "../artifact/artifact.js";
import { networkModel } from "../artifact/manifest.js";
import type { Backend } from "../kernels/backend.js";
import { type AttentionForm, maxRows } from "../layers/attention-form.js";
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
  readonly form: AttentionForm;
  /** (O) share of every opinion in the joint logit. */
  readonly weights: Float64Array;
  /** Of the row that was read: (1 + O, M) calibrated logits, joint first, then every opinion alone. */
  readonly logits: Float64Array;
  /** Of the row that was read: (M) mean log output tokens or log USD. */
  readonly costOutputs: Float64Array;
  readonly inverseTemperature: number;
  readonly clusters: ClusterAttention | undefined;
  readonly #bias: number;
  readonly #qualityLogits: Float32Array;
  readonly #costOutputs: Float32Array;
  readonly #kernel: KernelRegression | null;
  /** The opinions after the networks'. */
  readonly #beside: Array<KernelRegression | ClusterAttention>;

  /** @param columns the M columns of the network that are asked for */
  constructor(artifact: Artifact, columns: readonly number[], backend: Backend) {
    // a pool that is bound anew leaves its weights behind
    const own = backend.fork();
    const { manifest, tensors } = artifact;
    const { form, kernel, clusters } = networkModel(manifest);
    const Form = forms[form];
    this.form = new Form(manifest, tensors, columns, own);
    this.inverseTemperature = 1 / manifest.calibration.temperature;
    this.#bias = manifest.calibration.bias;
    const members = this.form.members;
    const M = columns.length;
    this.#qualityLogits = new Float32Array(members * maxRows * M);
    this.#costOutputs = new Float32Array(members * maxRows * M);
    this.#kernel = kernel === undefined ? null : new KernelRegression(manifest, tensors, columns, own, kernel);
    this.#beside = this.#kernel === null ? [] : [this.#kernel];
    const besideClusters = 1 - (clusters?.weight ?? 0);
    const weights = new Array<number>(members).fill((besideClusters * (1 - (kernel?.weight ?? 0))) / members);
    if (kernel !== undefined) weights.push(besideClusters * kernel.weight);
    if (clusters !== undefined) {
      this.clusters = new ClusterAttention(manifest, tensors, columns, own, clusters);
      this.#beside.push(this.clusters);
      weights.push(clusters.weight);
    }
    this.weights = Float64Array.from(weights);
    this.logits = new Float64Array((this.weights.length + 1) * M);
    this.costOutputs = new Float64Array(M);
  }

  /** @param embeddings (B, D), B ≤ 64 */
  forward(embeddings: Float32Array, rows: number): void {
    this.form.forward(this.#qualityLogits, this.#costOutputs, embeddings, rows);
    for (let o = 0; o < this.#beside.length; o++) this.#beside[o].forward(embeddings, rows);
  }

  /** (P) shares of the anchors in row `row` of the last `forward`; empty where nothing attends to anchors. */
  anchorWeights(row: number): Float32Array {
    return this.#kernel?.attentionWeights(row) ?? new Float32Array(0);
  }

  /** f of row `row` of the last `forward`, in [0, 1]. */
  familiarity(row: number): number {
    return this.#kernel === null ? 1 : this.#kernel.familiarity[row];
  }

  /** Reads row `b` of the last `forward`, which had `rows` rows, into `logits` and `costOutputs`. */
  readRow(b: number, rows: number): void {
    const { members: S, models: M } = this.form;
    const { weights, logits, inverseTemperature } = this;
    const O = weights.length;
    const bias = this.#bias;
    const qualityLogits = this.#qualityLogits;
    const means = this.#kernel === null ? qualityLogits : this.#kernel.means;
    const familiarity = this.familiarity(b);
    const stride = rows * M;
    for (let m = 0; m < M; m++) {
      const at = b * M + m;
      let logit = 0;
      let output = 0;
      for (let o = 0; o < O; o++) {
        let own = o < S ? qualityLogits[o * stride + at] : this.#beside[o - S].logits[at];
        // not left to a factor of 0, so that familiar prompts keep their bits
        if (familiarity < 1) own = familiarity * own + (1 - familiarity) * means[m];
        logit += weights[o] * own;
        if (o < S) output += this.#costOutputs[o * stride + at];
        logits[(o + 1) * M + m] = own * inverseTemperature + bias;
      }
      logits[m] = logit * inverseTemperature + bias;
      output /= S;
      if (this.#kernel !== null) {
        output += this.#kernel.costOutputs[at];
        if (familiarity < 1) output = familiarity * output + (1 - familiarity) * this.#kernel.meanCosts[m];
      }
      this.costOutputs[m] = output;
    }
  }
}
