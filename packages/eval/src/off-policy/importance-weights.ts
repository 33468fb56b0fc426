import { assertLength } from "@onehead/core";

/**
 * Weights that make a log of one policy speak for another: w_i = min(π(a_i | x_i) / p_i, clip).
 *
 * @param targetChances (C) π: chance that the judged policy takes the logged choice; 0 or 1 for one that does not draw
 * @param propensities  (C) p > 0: chance that the log's policy took it
 * @param clip          largest weight; Infinity leaves them as they are. A clip trades variance for a bias towards 0
 * @throws ShapeError when the lengths differ
 * Source: Horvitz and Thompson 1952; Strehl et al. 2010 for the clip
 */
export function importanceWeights(
  targetChances: ArrayLike<number>,
  propensities: ArrayLike<number>,
  clip = Number.POSITIVE_INFINITY,
): Float64Array {
  assertLength("importanceWeights: propensities", propensities.length, targetChances.length);
  const weights = new Float64Array(targetChances.length);
  for (let i = 0; i < weights.length; i++) weights[i] = Math.min(targetChances[i] / propensities[i], clip);
  return weights;
}

/** What weights say about a log. */
export interface WeightSummary {
  /** Calls of the judged policy that the log is worth: (Σ w)² / Σ w²; 0 without any weight. Source: Kish 1965. */
  effectiveSampleSize: number;
  /** Calls with a weight above 0. */
  matches: number;
  /** Expected to be 1 where the log can hold every choice and the propensities are right. */
  mean: number;
  /** Standard error of the mean. */
  meanError: number;
  largest: number;
}

export function summarizeWeights(weights: ArrayLike<number>): WeightSummary {
  const count = weights.length;
  let sum = 0;
  let squares = 0;
  let matches = 0;
  let largest = 0;
  for (let i = 0; i < count; i++) {
    sum += weights[i];
    squares += weights[i] * weights[i];
    if (weights[i] > 0) matches++;
    if (weights[i] > largest) largest = weights[i];
  }
  const mean = sum / count;
  return {
    effectiveSampleSize: squares > 0 ? (sum * sum) / squares : 0,
    matches,
    mean,
    meanError: Math.sqrt(Math.max(0, squares / count - mean * mean) / count),
    largest,
  };
}
