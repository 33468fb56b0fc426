import type { Artifact } from "../artifact/artifact.js";
import { logQualityEach, type Preference } from "../decision/reward.js";
import { assertLength } from "../errors/shape-error.js";
import type { Backend } from "../kernels/backend.js";
import { sigmoidEach } from "../kernels/exp.js";
import { floatsOf, maxRows, wholeVectors } from "../layers/attention-form.js";
import type { BatchChoices } from "./batch-choices.js";
import { JointOutputs } from "./joint-outputs.js";
import type { Pool } from "./pool.js";
import { ProbedModels } from "./probed-models.js";

// what a prompt unlike all others may do to a model's mean: ±0.75 logits are ±18 points of quality at an even chance
const strangeDeviation = 0.75;

/**
 * Predicted quality, cost and uncertainty of every candidate of a pool.
 *
 *   ŝ = σ(logit + shift / T + δ),  uncertainty² = Σ_o w_o (σ(of logit_o alone) − ŝ)² + (σ' · deviation of the profile)² + (σ' · 0.75 (1 − f))²
 *   ĉ = exp(y) · f price_out + tokens_in · price_in
 *
 * with logit and y those of {@link JointOutputs} or, for probed candidates, of {@link ProbedModels}, T the calibration's
 * temperature, δ the shift that feedback has taught and f the smearing factor.
 */
export class Predictor {
  /** (N) δ of the last `applyFeedback`. */
  readonly feedbackShifts: Float64Array;
  readonly #joint: JointOutputs;
  readonly #probed: ProbedModels;
  readonly #pool: Pool;
  /** (N) what is added to a logit beside δ: β and the shift of an inherited profile. */
  readonly #ownShifts: Float64Array;
  /** L of the arrays, the next multiple of four to N. */
  readonly #lanes: number;
  /** (L) with δ. */
  readonly #shifts: Float32Array;
  // of one block of rows: (B, 2L) joint outputs of the pool, which are those of the networks where every candidate has its column;
  // (B, L) quality and e^y
  readonly #outputs: Float32Array;
  readonly #quality: Float32Array;
  readonly #amounts: Float32Array;
  // of one row: (N) ln ŝ, (O, ·) opinions, (N) one of them after the other, and deviations of the profiles' logits
  readonly #logQuality: Float64Array;
  readonly #opinions: Float64Array;
  readonly #own: Float64Array;
  readonly #variances: Float64Array;
  readonly #deviations: Float64Array;

  constructor(artifact: Artifact, pool: Pool, backend: Backend) {
    const { sources, columns, candidates, logitShifts } = pool;
    const N = candidates.length;
    const L = wholeVectors(N);
    const joint = new JointOutputs(artifact, columns, backend, floatsOf([], maxRows * 4 * L + L));
    this.#lanes = L;
    this.#joint = joint;
    this.#probed = new ProbedModels(artifact, candidates);
    this.#pool = pool;
    this.feedbackShifts = new Float64Array(N);
    this.#ownShifts = logitShifts.map((shift, n) =>
      sources[n] < 0 ? 0 : joint.bias + shift * joint.inverseTemperature,
    );
    const everyColumn = N === columns.length && sources.every((source, n) => source === n);
    this.#outputs = everyColumn ? joint.joint : joint.backend.allocate(maxRows * 2 * L);
    this.#shifts = joint.backend.allocate(L);
    this.#quality = joint.backend.allocate(maxRows * L);
    this.#amounts = joint.backend.allocate(maxRows * L);
    this.#logQuality = new Float64Array(N);
    this.#opinions = new Float64Array(joint.weights.length * joint.lanes);
    this.#own = new Float64Array(N);
    this.#variances = new Float64Array(N);
    this.#deviations = pool.profileDeviations.slice();
    this.applyFeedback(this.feedbackShifts);
  }

  /** D. */
  get dimensions(): number {
    return this.#joint.dimensions;
  }

  get backend(): Backend["name"] {
    return this.#joint.backend.name;
  }

  /** From now on δ is this. @param shifts (N) */
  applyFeedback(shifts: ArrayLike<number>): void {
    this.#ownShifts.forEach((own, n) => {
      this.feedbackShifts[n] = shifts[n];
      this.#shifts[n] = own + shifts[n];
    });
  }

  /** As {@link JointOutputs.firstNonFinite}. */
  firstNonFinite(embeddings: Float32Array, rows: number): number {
    return this.#joint.firstNonFinite(embeddings, rows);
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
   * @param quality, costUsd (B, N)
   * @param uncertainty (B, N), or null where nobody asks: it takes as long again
   * @param embeddings  (B, D), B ≤ 64
   * @param inputTokens (B) tokens of the whole request
   */
  predict(
    quality: Float32Array,
    costUsd: Float64Array,
    uncertainty: Float32Array | null,
    embeddings: Float32Array,
    inputTokens: ArrayLike<number>,
    rows: number,
  ): void {
    this.#readOutcomes(embeddings, rows);
    const { usdPerAmount, inputPricesUsd } = this.#pool;
    const N = usdPerAmount.length;
    const ownQuality = this.#quality;
    const amounts = this.#amounts;
    const L = this.#lanes;
    for (let b = 0; b < rows; b++) {
      const tokens = inputTokens[b];
      for (let n = 0, at = b * N, own = b * L; n < N; n++, at++, own++) {
        quality[at] = ownQuality[own];
        costUsd[at] = usdPerAmount[n] * amounts[own] + tokens * inputPricesUsd[n];
      }
      if (uncertainty !== null) this.#readUncertainty(uncertainty, b);
    }
  }

  /**
   * What `argmaxReward` chooses of what {@link Predictor.predict} predicts, to the bit.
   *
   * @param out         (B)
   * @param embeddings  (B, D), B ≤ 64
   * @param inputTokens (B) tokens of the whole request
   */
  choose(
    out: BatchChoices,
    embeddings: Float32Array,
    inputTokens: ArrayLike<number>,
    rows: number,
    { reward: kind, lambdaUsd }: Preference,
  ): void {
    this.#readOutcomes(embeddings, rows);
    const { usdPerAmount, inputPricesUsd } = this.#pool;
    const N = usdPerAmount.length;
    const quality = this.#quality;
    const amounts = this.#amounts;
    const logQuality = this.#logQuality;
    const linear = kind === "linear";
    for (let b = 0; b < rows; b++) {
      const at = b * this.#lanes;
      const tokens = inputTokens[b];
      if (!linear) logQualityEach(logQuality, quality, N, at);
      let best = -1;
      let bestReward = Number.NEGATIVE_INFINITY;
      let bestCost = Number.POSITIVE_INFINITY;
      for (let n = 0; n < N; n++) {
        const cost = usdPerAmount[n] * amounts[at + n] + tokens * inputPricesUsd[n];
        const reward = (linear ? quality[at + n] : logQuality[n]) - cost / lambdaUsd;
        // a comparison with NaN is false, so a NaN reward or cost is passed over
        if (reward > bestReward || (reward === bestReward && cost < bestCost)) {
          best = n;
          bestReward = reward;
          bestCost = cost;
        }
      }
      out.index[b] = best;
      out.predictedQuality[b] = best < 0 ? Number.NaN : quality[at + best];
      out.predictedCostUsd[b] = best < 0 ? Number.NaN : bestCost;
      out.reward[b] = best < 0 ? Number.NaN : bestReward;
    }
  }

  /** Quality and e^y of the pool's candidates for a block of rows. */
  #readOutcomes(embeddings: Float32Array, rows: number): void {
    const joint = this.#joint;
    joint.forward(embeddings, rows);
    if (this.#outputs !== joint.joint) for (let b = 0; b < rows; b++) this.#gatherRow(b);
    joint.backend.readOutcomes(this.#quality, this.#amounts, this.#outputs, this.#shifts, rows, this.#lanes);
  }

  /** The joint outputs of a row's candidates, from those of the columns. */
  #gatherRow(b: number): void {
    const { joint, lanes } = this.#joint;
    const { sources } = this.#pool;
    const L = this.#lanes;
    const outputs = this.#outputs;
    for (let n = 0; n < sources.length; n++) {
      if (sources[n] < 0) continue;
      outputs[b * 2 * L + n] = joint[b * 2 * lanes + sources[n]];
      outputs[b * 2 * L + L + n] = joint[b * 2 * lanes + lanes + sources[n]];
    }
    this.#probed.readRow(outputs, b * 2 * L, L, this.#deviations, this.#joint, b);
  }

  /** √ of the spread of the opinions around their joint prediction and of what a profile or a strange prompt may hide. */
  #readUncertainty(uncertainty: Float32Array, b: number): void {
    const { weights, lanes, bias } = this.#joint;
    const { sources } = this.#pool;
    const N = sources.length;
    const own = this.#own;
    const variances = this.#variances.fill(0);
    const strangeness = (1 - this.#joint.familiarity(b)) * strangeDeviation;
    // once more, for the deviations of this row's probed candidates
    if (this.#outputs !== this.#joint.joint) this.#gatherRow(b);
    this.#joint.readOpinions(this.#opinions, b);
    for (let o = 0; o < weights.length; o++) {
      for (let n = 0; n < N; n++) {
        own[n] = this.#opinions[o * lanes + Math.max(0, sources[n])] - bias + this.#shifts[n];
      }
      sigmoidEach(own, own, N);
      for (let n = 0; n < N; n++) {
        // a probed candidate has one opinion
        const difference = sources[n] < 0 ? 0 : own[n] - this.#quality[b * this.#lanes + n];
        variances[n] += weights[o] * difference * difference;
      }
    }
    for (let n = 0; n < N; n++) {
      const mean = this.#quality[b * this.#lanes + n];
      const ofProfile = Math.sqrt(this.#deviations[n] ** 2 + strangeness ** 2) * mean * (1 - mean);
      uncertainty[b * N + n] = Math.sqrt(variances[n] + ofProfile * ofProfile);
    }
  }
}

/** What a router needs of a predictor bound to its pool; its `predict` and `choose` take up to 64 rows. */
export type PoolPredictor = Pick<
  Predictor,
  | "predict"
  | "choose"
  | "firstNonFinite"
  | "applyFeedback"
  | "feedbackShifts"
  | "dimensions"
  | "familiarity"
  | "anchorWeights"
> & {
  /** Undefined where it uses none. */
  readonly backend?: Backend["name"];
};

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
