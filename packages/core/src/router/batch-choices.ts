/** What `Router.choose` gives, for R rows. */
export interface BatchChoices {
  /** (R) position in `Router.candidates`, −1 for none. */
  index: Int32Array;
  /** (R) of the chosen candidate, NaN for none; so are the others. */
  predictedQuality: Float32Array;
  predictedCostUsd: Float64Array;
  reward: Float64Array;
}

/** Choices of R rows, none as yet. */
export function emptyChoices(rows: number): BatchChoices {
  // not in the order of a `Choice`: objects whose fields are alike share a layout, in which V8 would then box the numbers of a choice
  return {
    reward: new Float64Array(rows).fill(Number.NaN),
    predictedCostUsd: new Float64Array(rows).fill(Number.NaN),
    predictedQuality: new Float32Array(rows).fill(Number.NaN),
    index: new Int32Array(rows).fill(-1),
  };
}
