import type { Artifact } from "../artifact/artifact.js";
import type { ExternalModel } from "../artifact/manifest.js";
import { findNonFinite } from "../artifact/tensor.js";
import { argmaxReward, type Preference } from "../decision/reward.js";
import { assertLength } from "../errors/shape-error.js";
import type { BatchChoices } from "../router/batch-choices.js";
import type { Pool } from "../router/pool.js";
import type { PoolPredictor } from "../router/predictor.js";

/** What another package predicts for R prompts and the artifact's M measured candidates, row-major (R, M). */
export interface ExternalBatch {
  /** Expected score in [0, 1]. */
  quality: Float32Array;
  /** Expected USD at the prices of the manifest's `model.learntPrices`. */
  costUsd: Float64Array;
}

/** The predictor that an artifact holds, read by its package. */
export interface ExternalModelPredictor {
  /**
   * @param embeddings  (R, D)
   * @param inputTokens (R) tokens of the whole request
   */
  predict(embeddings: Float32Array, inputTokens: Float64Array): ExternalBatch;
}

// a mean of float32 scores may pass 1 by this little
const rounding = 1e-6;

/**
 * Predictions of an external model for a pool.
 *
 *   ŝ = σ(logit(p) + shift + δ),  ĉ = c · (in · a' + o f · b') / (in · a + o · b),  o = max(0, c − in · a) / b
 *
 * with p and c as the model predicts them, at the prices a, b that it learnt at, a' and b' those of the pool, in and o tokens in
 * and out, shift and f the inherited profile's, δ the shift that feedback has taught. A cost without tokens is multiplied by its price factor. At unchanged prices a measured candidate
 * keeps p and c to the last bit; p of 0 or 1 is beyond any shift. Such models do not say how sure they are: the
 * uncertainty is NaN. A p outside [0, 1] or a c below 0 is no prediction but a damaged tensor: NaN, which is never chosen.
 */
export class ExternalPredictor implements PoolPredictor {
  /** D. */
  readonly dimensions: number;
  readonly feedbackShifts: Float64Array;
  readonly #pool: Pool;
  readonly #model: ExternalModelPredictor;
  /** M, and for each candidate of the pool the prices in USD per token that its column was learnt at. */
  readonly #columns: number;
  readonly #learntInputUsd: Float64Array;
  readonly #learntOutputUsd: Float64Array;
  readonly #tokenFactors: Float64Array;

  constructor({ manifest }: Artifact, pool: Pool, model: ExternalModelPredictor) {
    this.dimensions = manifest.embedder.dimensions;
    this.feedbackShifts = new Float64Array(pool.candidates.length);
    this.#pool = pool;
    this.#model = model;
    const measured = manifest.candidates.filter(({ profile }) => profile.kind === "measured");
    this.#columns = measured.length;
    const { learntPrices } = manifest.model as ExternalModel;
    const perToken = (field: "inputUsdPerMillionTokens" | "outputUsdPerMillionTokens"): Float64Array =>
      Float64Array.from(pool.sources, (source) => {
        const { id, costKind } = measured[pool.columns[source]];
        return costKind === "tokens" ? learntPrices[id][field] / 1e6 : Number.NaN;
      });
    this.#learntInputUsd = perToken("inputUsdPerMillionTokens");
    this.#learntOutputUsd = perToken("outputUsdPerMillionTokens");
    this.#tokenFactors = Float64Array.from(pool.candidates, ({ profile }) =>
      profile.kind === "inherited" ? profile.outputTokensFactor : 1,
    );
  }

  /** As `Predictor.applyFeedback`. */
  applyFeedback(shifts: ArrayLike<number>): void {
    this.feedbackShifts.set(shifts);
  }

  /** As `Predictor.firstNonFinite`. */
  firstNonFinite(embeddings: Float32Array): number {
    // −1 stays −1
    return Math.floor(findNonFinite({ data: embeddings }) / this.dimensions);
  }

  /** 1: an external model does not say. */
  familiarity(): number {
    return 1;
  }

  /** Empty: what an external model attends to is not known. */
  anchorWeights(): Float32Array {
    return new Float32Array(0);
  }

  /** As `Predictor.predict`, but allocating, and for any number of rows. */
  predict(
    quality: Float32Array,
    costUsd: Float64Array,
    uncertainty: Float32Array | null,
    embeddings: Float32Array,
    inputTokens: ArrayLike<number>,
    rows: number,
  ): void {
    const { sources, columns, candidates, logitShifts } = this.#pool;
    const M = this.#columns;
    const N = sources.length;
    const batch = this.#model.predict(embeddings, Float64Array.from(inputTokens));
    assertLength("Router: external quality", batch.quality.length, rows * M);
    assertLength("Router: external costUsd", batch.costUsd.length, rows * M);
    for (let b = 0; b < rows; b++) {
      for (let n = 0; n < N; n++) {
        const at = b * M + columns[sources[n]];
        const p = Math.abs(batch.quality[at] - 0.5) <= 0.5 + rounding ? batch.quality[at] : Number.NaN;
        const shift = logitShifts[n] + this.feedbackShifts[n];
        quality[b * N + n] = shift === 0 ? p : p / (p + (1 - p) * Math.exp(-shift));
        const { costKind, priceFactor = 1 } = candidates[n];
        const learntUsd = batch.costUsd[at] >= 0 ? batch.costUsd[at] : Number.NaN;
        costUsd[b * N + n] =
          costKind === "tokens" ? this.#reprice(learntUsd, inputTokens[b], n) : learntUsd * priceFactor;
        if (uncertainty !== null) uncertainty[b * N + n] = Number.NaN;
      }
    }
  }

  /** As `Predictor.choose`, but allocating, and for any number of rows. */
  choose(
    out: BatchChoices,
    embeddings: Float32Array,
    inputTokens: ArrayLike<number>,
    rows: number,
    preference: Preference,
  ): void {
    const N = this.#pool.candidates.length;
    const quality = new Float32Array(rows * N);
    const costUsd = new Float64Array(rows * N);
    const rewards = new Float64Array(N);
    this.predict(quality, costUsd, null, embeddings, inputTokens, rows);
    for (let b = 0; b < rows; b++) {
      const best = argmaxReward(preference, quality, costUsd, N, null, b * N, rewards);
      out.index[b] = best;
      out.predictedQuality[b] = best < 0 ? Number.NaN : quality[b * N + best];
      out.predictedCostUsd[b] = best < 0 ? Number.NaN : costUsd[b * N + best];
      out.reward[b] = best < 0 ? Number.NaN : rewards[best];
    }
  }

  #reprice(costUsd: number, inputTokens: number, n: number): number {
    const { inputPricesUsd, outputPricesUsd } = this.#pool;
    const inputUsd = inputTokens * this.#learntInputUsd[n];
    const outputTokens = Math.max(0, costUsd - inputUsd) / this.#learntOutputUsd[n];
    const learntUsd = inputUsd + outputTokens * this.#learntOutputUsd[n];
    const nowUsd = inputTokens * inputPricesUsd[n] + outputTokens * this.#tokenFactors[n] * outputPricesUsd[n];
    return costUsd * (nowUsd / learntUsd);
  }
}
