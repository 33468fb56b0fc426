/** A certain prediction that fails costs ln 1000 ≈ 6.9 instead of infinity; the baselines are tuned with the same bound. */
const leastProbability = 1e-3;

/**
 * Binary cross-entropy of one prediction against a score in [0, 1], in nats; p is kept within [0.001, 0.999].
 *
 *     −[s ln p + (1 − s) ln(1 − p)]
 *
 * Masking is the caller's: an unknown score has no loss. NaN gives NaN.
 */
export function logLoss(prediction: number, score: number): number {
  const p = Math.min(1 - leastProbability, Math.max(leastProbability, prediction));
  return -(score * Math.log(p) + (1 - score) * Math.log(1 - p));
}
