import type { Artifact } from "../artifact/artifact.js";
import { assertLength } from "../errors/shape-error.js";
import type { Backend } from "../kernels/backend.js";
import { expEach, sigmoidEach } from "../kernels/exp.js";
import { maxRows } from "../layers/attention-form.js";
import { JointOutputs } from "./joint-outputs.js";
import type { Pool } from "./pool.js";
import { ProbedModels } from "./probed-models.js";

// what a prompt unlike all others may do to a model's mean: ±0.75 logits are ±18 points of quality at an even chance
const strangeDeviation = 0.75;

/**
 * Predicted quality, cost and uncertainty of every candidate of a pool.
 *
 *   ŝ = σ(logit + shift / T + δ),  uncertainty² = Σ_o w_o (σ(of logit_o alone) − ŝ)² + (σ' · deviation of the profile)² + (σ' · 0.75 (1 − f))²
 *   ĉ = f · exp(y) · price_out + tokens_in · price_in
 *
 * with logit and y those of {@link JointOutputs} or, for probed candidates, of {@link ProbedModels}, T the calibration's
 * temperature, δ the shift that feedback has taught and f the smearing factor.
 */
export class Predictor {
  /** (N) δ; the router writes them. */
  readonly feedbackShifts: Float64Array;
  readonly #joint: JointOutputs;
  readonly #probed: ProbedModels;
  readonly #pool: Pool;
  // of one row: logits (1 + O, N), joint and one by one; (N) cost outputs and deviations of the profiles' logits
  readonly #logits: Float64Array;
  readonly #outputs: Float64Array;
  readonly #deviations: Float64Array;

  constructor(artifact: Artifact, pool: Pool, backend: Backend) {
    this.#joint = new JointOutputs(artifact, pool.columns, backend);
    this.#probed = new ProbedModels(artifact, pool.candidates);
    this.#pool = pool;
    const count = pool.candidates.length;
    this.feedbackShifts = new Float64Array(count);
    this.#logits = new Float64Array((this.#joint.weights.length + 1) * count);
    this.#outputs = new Float64Array(count);
    this.#deviations = pool.profileDeviations.slice();
  }

  /** D. */
  get dimensions(): number {
    return this.#joint.form.dimensions;
  }

  /** As {@link JointOutputs.familiarity}. */
  familiarity(row: number): number {
    return this.#joint.familiarity(row);
  }

  /** As {@link JointOutputs.anchorWeights}. */
  anchorWeights(row: number): Float32Array {
    return this.#joint.anchorWeights(row);
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
    const joint = this.#joint;
    joint.forward(embeddings, rows);
    const { sources, logitShifts, costFactors, inputPricesUsd, outputPricesUsd } = this.#pool;
    const weights = joint.weights;
    const O = weights.length;
    const M = joint.form.models;
    const N = sources.length;
    const logits = this.#logits;
    const outputs = this.#outputs;
    const deviations = this.#deviations;
    const feedbackShifts = this.feedbackShifts;
    for (let b = 0; b < rows; b++) {
      joint.readRow(b, rows);
      const strangeness = (1 - joint.familiarity(b)) * strangeDeviation;
      for (let n = 0; n < N; n++) {
        const source = sources[n];
        if (source < 0) continue;
        for (let o = 0; o <= O; o++) {
          logits[o * N + n] = joint.logits[o * M + source] + logitShifts[n] * joint.inverseTemperature;
        }
        outputs[n] = joint.costOutputs[source];
      }
      this.#probed.readRow(logits, deviations, outputs, joint, b);
      for (let o = 0; o <= O; o++) {
        for (let n = 0; n < N; n++) logits[o * N + n] += feedbackShifts[n];
      }
      sigmoidEach(logits, logits, (O + 1) * N);
      expEach(outputs, outputs, N);
      for (let n = 0; n < N; n++) {
        const mean = logits[n];
        // spread of the opinions around their joint prediction
        let variance = 0;
        for (let o = 0; o < O; o++) {
          const difference = logits[(o + 1) * N + n] - mean;
          variance += weights[o] * difference * difference;
        }
        const profileDeviation = Math.sqrt(deviations[n] ** 2 + strangeness ** 2) * mean * (1 - mean);
        quality[b * N + n] = mean;
        uncertainty[b * N + n] = Math.sqrt(variance + profileDeviation * profileDeviation);
        costUsd[b * N + n] = costFactors[n] * outputs[n] * outputPricesUsd[n] + inputTokens[b] * inputPricesUsd[n];
      }
    }
  }
}

/** What a router needs of a predictor bound to its pool; its `predict` takes up to 64 rows. */
export type PoolPredictor = Pick<
  Predictor,
  "predict" | "feedbackShifts" | "dimensions" | "familiarity" | "anchorWeights"
>;

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
  const D = predictor.dimensions;
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
