/**
 * Rows as flat arrays: R prompts by N models, row-major. Unknown entries are NaN, never zero.
 */
export interface RowTable {
  /** N model names, in order of first appearance. */
  models: string[];
  /** R ids, prompts and task names ("" where a row names none). */
  ids: string[];
  prompts: string[];
  datasets: string[];
  /** (R, N) scores in [0, 1]. */
  scores: Float32Array;
  /** (R, N) USD. */
  costs: Float64Array;
  /** (R) prompt tokens. */
  inputTokens: Float64Array;
  /** (R, N) answer tokens. */
  outputTokens: Float64Array;
}
