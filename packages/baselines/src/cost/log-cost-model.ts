import type { PredictorState } from "../state/predictor-state.js";

/** Predicts (R, N) natural logarithms of USD; what a cost predictor is before it is turned back into USD. */
export interface LogCostModel {
  /** With the tuned setting: "ridge 300". */
  name: string;
  /** Mean squared error of the logarithm on the validation rows; NaN once it is stored. */
  validationError: number;
  predict(embeddings: Float32Array, inputTokens: Float64Array): Float64Array;
  toState(): PredictorState;
}

/**
 * Mean squared difference over the known targets: the log loss of costs.
 *
 * @param targets (R, N), NaN where unknown
 * @returns NaN when no target is known
 */
export function maskedSquaredError(predictions: Float32Array | Float64Array, targets: Float32Array): number {
  let sum = 0;
  let count = 0;
  for (let i = 0; i < targets.length; i++) {
    if (Number.isNaN(targets[i])) continue;
    sum += (predictions[i] - targets[i]) ** 2;
    count++;
  }
  return sum / count;
}
