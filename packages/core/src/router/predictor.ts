import type { Artifact } from "../artifact/artifact.js";
import { networkModel } from "../artifact/manifest.js";
import { assertLength } from "../errors/shape-error.js";
import type { Backend } from "../kernels/backend.js";
import { expEach, sigmoidEach } from "../kernels/exp.js";
import { AnchorAttention } from "../layers/anchor-attention.js";
import { type AttentionForm, maxRows } from "../layers/attention-form.js";
import { KernelRegression } from "../layers/kernel-regression.js";
import { ModelAttention } from "../layers/model-attention.js";
import type { Pool } from "./pool.js";

/**
 * Predicted quality, cost and uncertainty of every candidate of a pool.
 *
 *   ŝ = σ((Σ_s w_s logit_s + shift) / T + β),  uncertainty² = Σ_s w_s (σ(of logit_s alone) − ŝ)²
 *   ĉ = f · exp(mean_s y_s) · price_out + tokens_in · price_in
 *
 * with T, β the shared calibration and f the smearing factor. The S networks share the weight 1 − w equally; the kernel
 * regression, where the artifact has one, is the last opinion, with weight w.
 */
export class Predictor {
  readonly form: AttentionForm;
  readonly #pool: Pool;
  readonly #temperature: number;
  readonly #bias: number;
  readonly #qualityLogits: Float32Array;
  readonly #costOutputs: Float32Array;
  readonly #kernel: KernelRegression | null;
  /** Share of every opinion in the joint logit: the S networks, then the kernel regression. */
  readonly #weights: Float64Array;
  // of one row: logits (1 + opinions, N), joint and one by one; (N) cost outputs
  readonly #logits: Float64Array;
  readonly #outputs: Float64Array;

  constructor(artifact: Artifact, pool: Pool, backend: Backend) {
    const { manifest, tensors } = artifact;
    const model = networkModel(manifest);
    const Form = model.form === "anchors" ? AnchorAttention : ModelAttention;
    this.form = new Form(manifest, tensors, pool.columns, backend);
    this.#pool = pool;
    this.#temperature = manifest.calibration.temperature;
    this.#bias = manifest.calibration.bias;
    const size = this.form.members * maxRows * pool.columns.length;
    this.#qualityLogits = new Float32Array(size);
    this.#costOutputs = new Float32Array(size);
    const { kernel } = model;
    this.#kernel = kernel === undefined ? null : new KernelRegression(manifest, tensors, pool.columns, backend, kernel);
    const members = this.form.members;
    this.#weights = new Float64Array(kernel === undefined ? members : members + 1);
    this.#weights.fill((1 - (kernel?.weight ?? 0)) / members, 0, members);
    if (kernel !== undefined) this.#weights[members] = kernel.weight;
    this.#logits = new Float64Array((this.#weights.length + 1) * pool.sources.length);
    this.#outputs = new Float64Array(pool.sources.length);
  }

  /**
   * @param quality, uncertainty (B, N);  costUsd (B, N)
   * @param embeddings  (B, D), B ≤ 64
   * @param inputTokens (B) tokens of the whole request
   */
  predict(
    quality: Float32Array,
    costUsd: Float64Array,
    uncertainty: Float32Array,
    embeddings: Float32Array,
    inputTokens: ArrayLike<number>,
    rows: number,
  ): void {
    this.form.forward(this.#qualityLogits, this.#costOutputs, embeddings, rows);
    this.#kernel?.forward(embeddings, rows);
    const kernelLogits = this.#kernel === null ? this.#qualityLogits : this.#kernel.logits;
    const weights = this.#weights;
    const T = weights.length;
    const { sources, logitShifts, profileDeviations, costFactors, inputPricesUsd, outputPricesUsd } = this.#pool;
    const S = this.form.members;
    const M = this.form.models;
    const N = sources.length;
    const qualityLogits = this.#qualityLogits;
    const costOutputs = this.#costOutputs;
    const inverseTemperature = 1 / this.#temperature;
    const stride = rows * M;
    const logits = this.#logits;
    const outputs = this.#outputs;
    for (let b = 0; b < rows; b++) {
      for (let n = 0; n < N; n++) {
        const at = b * M + sources[n];
        let logit = 0;
        let output = 0;
        for (let s = 0; s < T; s++) {
          const own = s < S ? qualityLogits[s * stride + at] : kernelLogits[at];
          logit += weights[s] * own;
          if (s < S) output += costOutputs[s * stride + at];
          logits[(s + 1) * N + n] = (own + logitShifts[n]) * inverseTemperature + this.#bias;
        }
        logits[n] = (logit + logitShifts[n]) * inverseTemperature + this.#bias;
        outputs[n] = output / S;
      }
      sigmoidEach(logits, logits, (T + 1) * N);
      expEach(outputs, outputs, N);
      for (let n = 0; n < N; n++) {
        const mean = logits[n];
        // spread of the opinions around their joint prediction
        let variance = 0;
        for (let s = 0; s < T; s++) {
          const difference = logits[(s + 1) * N + n] - mean;
          variance += weights[s] * difference * difference;
        }
        const profileDeviation = profileDeviations[n] * mean * (1 - mean);
        quality[b * N + n] = mean;
        uncertainty[b * N + n] = Math.sqrt(variance + profileDeviation * profileDeviation);
        costUsd[b * N + n] = costFactors[n] * outputs[n] * outputPricesUsd[n] + inputTokens[b] * inputPricesUsd[n];
      }
    }
  }
}

/** What a router needs of a predictor bound to its pool. */
export interface PoolPredictor extends Pick<Predictor, "predict"> {
  readonly form: Pick<AttentionForm, "dimensions" | "attentionWeights">;
}

/** Predictions for any number of rows, block by block. */
export interface PredictionBatch {
  /** (R, N) row-major. */
  quality: Float32Array;
  costUsd: Float64Array;
  uncertainty: Float32Array;
}

/** Runs `predictor` over (R, D) embeddings in blocks of {@link maxRows}. */
export function predictRows(
  predictor: PoolPredictor,
  candidates: number,
  embeddings: Float32Array,
  inputTokens: ArrayLike<number>,
): PredictionBatch {
  const D = predictor.form.dimensions;
  const rows = inputTokens.length;
  assertLength("predictBatch: embeddings", embeddings.length, rows * D);
  const batch: PredictionBatch = {
    quality: new Float32Array(rows * candidates),
    costUsd: new Float64Array(rows * candidates),
    uncertainty: new Float32Array(rows * candidates),
  };
  for (let start = 0; start < rows; start += maxRows) {
    const end = Math.min(rows, start + maxRows);
    const tokens = new Float64Array(end - start);
    for (let i = start; i < end; i++) tokens[i - start] = inputTokens[i];
    predictor.predict(
      batch.quality.subarray(start * candidates, end * candidates),
      batch.costUsd.subarray(start * candidates, end * candidates),
      batch.uncertainty.subarray(start * candidates, end * candidates),
      embeddings.subarray(start * D, end * D),
      tokens,
      end - start,
    );
  }
  return batch;
}
