import type { Artifact } from "../artifact/artifact.js";
import { argmaxReward } from "../decision/reward.js";
import type { Backend } from "../kernels/backend.js";
import { maxRows } from "../layers/attention-form.js";
import type { Pool } from "../router/pool.js";
import { Predictor } from "../router/predictor.js";
import type { BatchChoices } from "../router/score-batch.js";
import type { ScoreTerms } from "./block-scorer.js";

/** The processor's share of a batch: rows too few for the GPU, those that it cannot be trusted with, and all once it is lost. */
export class ProcessorScorer {
  readonly #predictor: Predictor;
  readonly #dimensions: number;
  // of one block of rows
  readonly #embeddings: Float32Array;
  readonly #tokens = new Float64Array(maxRows);
  readonly #quality: Float32Array;
  readonly #costUsd: Float64Array;
  readonly #rewards: Float64Array;

  constructor(artifact: Artifact, pool: Pool, backend: Backend) {
    const N = pool.candidates.length;
    this.#predictor = new Predictor(artifact, pool, backend);
    this.#dimensions = this.#predictor.dimensions;
    this.#embeddings = new Float32Array(maxRows * this.#dimensions);
    this.#quality = new Float32Array(maxRows * N);
    this.#costUsd = new Float64Array(maxRows * N);
    this.#rewards = new Float64Array(N);
  }

  /**
   * Writes the choices of the rows that `picked` lists.
   *
   * @param embeddings  (R, D);  inputTokens  (R)
   */
  score(
    out: BatchChoices,
    picked: ArrayLike<number>,
    embeddings: Float32Array,
    inputTokens: ArrayLike<number>,
    terms: ScoreTerms,
  ): void {
    const D = this.#dimensions;
    this.#predictor.applyFeedback(terms.feedbackShifts ?? new Float64Array(this.#rewards.length));
    for (let start = 0; start < picked.length; start += maxRows) {
      const count = Math.min(maxRows, picked.length - start);
      for (let i = 0; i < count; i++) {
        const row = picked[start + i];
        this.#embeddings.set(embeddings.subarray(row * D, (row + 1) * D), i * D);
        this.#tokens[i] = inputTokens[row];
      }
      this.#scoreBlock(out, picked, start, count, terms);
    }
  }

  #scoreBlock(out: BatchChoices, picked: ArrayLike<number>, start: number, count: number, terms: ScoreTerms): void {
    const N = this.#rewards.length;
    const quality = this.#quality;
    const costUsd = this.#costUsd;
    const embeddings = this.#embeddings.subarray(0, count * this.#dimensions);
    this.#predictor.predict(quality, costUsd, null, embeddings, this.#tokens, count);
    for (let i = 0; i < count; i++) {
      const row = picked[start + i];
      const best = argmaxReward(terms.preference, quality, costUsd, N, null, i * N, this.#rewards);
      out.index[row] = best;
      out.predictedQuality[row] = best < 0 ? Number.NaN : quality[i * N + best];
      out.predictedCostUsd[row] = best < 0 ? Number.NaN : costUsd[i * N + best];
      out.reward[row] = best < 0 ? Number.NaN : this.#rewards[best];
    }
  }
}
