import type { Preference } from "../decision/reward.js";
import type { BatchChoices } from "../router/batch-choices.js";

/** What decides beside the rows. */
export interface ScoreTerms {
  preference: Preference;
  /** (N) shifts of the candidates' logits that feedback has taught; none when left out. */
  feedbackShifts?: ArrayLike<number> | undefined;
}

/** Whatever chooses for many rows at once. */
export interface BlockScorer {
  /** D. */
  readonly dimensions: number;
  /** The rows that it takes best at once. */
  readonly blockRows: number;
  /**
   * @param embeddings  (R, D)
   * @param inputTokens (R)
   */
  score(
    embeddings: Float32Array,
    inputTokens: ArrayLike<number>,
    rows: number,
    terms: ScoreTerms,
  ): BatchChoices | Promise<BatchChoices>;
}
