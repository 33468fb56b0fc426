import type { Artifact } from "../artifact/artifact.js";
import type { Backend } from "../kernels/backend.js";
import { maxRows } from "../layers/attention-form.js";
import { type BatchChoices, emptyChoices } from "../router/batch-choices.js";
import type { Pool } from "../router/pool.js";
import { Predictor } from "../router/predictor.js";
import type { ScoreTerms } from "./block-scorer.js";

/** The processor's share of a batch: rows too few for the GPU, those that it cannot be trusted with, and all once it is lost. */
export class ProcessorScorer {
  readonly #predictor: Predictor;
  readonly #dimensions: number;
  // of one block of rows
  readonly #embeddings: Float32Array;
  readonly #tokens = new Float64Array(maxRows);
  readonly #choices = emptyChoices(maxRows);
  readonly #noShifts: Float64Array;

  constructor(artifact: Artifact, pool: Pool, backend: Backend) {
    this.#predictor = new Predictor(artifact, pool, backend);
    this.#dimensions = this.#predictor.dimensions;
    this.#embeddings = new Float32Array(maxRows * this.#dimensions);
    this.#noShifts = new Float64Array(pool.candidates.length);
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
    this.#predictor.applyFeedback(terms.feedbackShifts ?? this.#noShifts);
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
    const choices = this.#choices;
    const embeddings = this.#embeddings.subarray(0, count * this.#dimensions);
    this.#predictor.choose(choices, embeddings, this.#tokens, count, terms.preference);
    for (let i = 0; i < count; i++) {
      const row = picked[start + i];
      out.index[row] = choices.index[i];
      out.predictedQuality[row] = choices.predictedQuality[i];
      out.predictedCostUsd[row] = choices.predictedCostUsd[i];
      out.reward[row] = choices.reward[i];
    }
  }
}
