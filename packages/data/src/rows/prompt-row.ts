/**
 * One prompt and what is known of the models that answered it.
 *
 * Rows are sparse: a model without an entry in `scores` was not asked, which is not the same as a score of zero.
 */
export interface PromptRow {
  /** Unique within a file; rows of long form that share it are one prompt. */
  id: string;
  /** The text the router sees. */
  prompt: string;
  /** Name of the task the prompt comes from; shown in reports, never a feature. */
  dataset?: string;
  /** Quality of each model's answer in [0, 1]. */
  scores: Record<string, number>;
  /** What each call cost, USD, ≥ 0; may miss models that `scores` has. */
  costs: Record<string, number>;
  /** Prompt tokens as billed. */
  inputTokens?: number;
  /** Answer tokens as billed, by model. */
  outputTokens?: Record<string, number>;
  /** Chance in (0, 1] that whoever routed the prompt gave it to each model; 0 where never. Only logs of routers have it. */
  propensities?: Record<string, number>;
}
