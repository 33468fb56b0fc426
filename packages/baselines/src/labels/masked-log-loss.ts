/** A certain prediction that fails costs ln 1000 ≈ 6.9 instead of infinity: the price of one bad neighbourhood. */
const leastProbability = 1e-3;

/**
 * Mean binary cross-entropy over the known scores: −mean[s ln p + (1 − s) ln(1 − p)], p kept within [0.001, 0.999].
 *
 * The one measure by which every baseline chooses its settings: AIQ cannot be computed on sparse rows.
 *
 * @param predictions (R, N) in [0, 1]
 * @param scores      (R, N) in [0, 1], NaN where unknown
 * @returns NaN when no score is known
 */
export function maskedLogLoss(predictions: Float32Array | Float64Array, scores: Float32Array): number {
  let sum = 0;
  let count = 0;
  for (let i = 0; i < scores.length; i++) {
    const score = scores[i];
    if (Number.isNaN(score)) continue;
    const p = Math.min(1 - leastProbability, Math.max(leastProbability, predictions[i]));
    sum -= score * Math.log(p) + (1 - score) * Math.log(1 - p);
    count++;
  }
  return sum / count;
}
