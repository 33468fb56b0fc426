/** What was recorded of some rows. */
export interface RecordedRows {
  /** (R, N) scores in [0, 1], NaN where unknown. */
  scores: Float32Array;
  /** (R, N) USD, NaN where unknown. */
  costsUsd: Float64Array;
  /** (R) equal for rows of equal prompts, a hash for example; each row is a prompt of its own unless given. */
  promptKeys?: ArrayLike<number>;
}
