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

// a choice that the log took with a chance below this one is one that it seldom took
const seldomPropensity = 0.5;

/** What weights say about a log. */
export interface WeightSummary {
  /** Independent calls of the judged policy that the log is worth: (Σ W)² / Σ W², W summed by prompt; 0 without any weight. Source: Kish 1965. */
  effectiveSampleSize: number;
  /** Calls with a weight above 0. */
  matches: number;
  /** Expected to be 1 where the log can hold every choice and the propensities are right. */
  mean: number;
  /** Standard error of the mean. */
  meanError: number;
  largest: number;
  /** The part of the mean that comes of choices that the log often took, of weights up to 2; what is missing to 1 comes of the others. */
  oftenMean: number;
  /** The effective sample size of those others alone: what speaks for choices that the log seldom took. */
  seldomSampleSize: number;
}

/** @param promptKeys (C) equal for calls of one prompt, which are no independent evidence; each its own unless given */
export function summarizeWeights(weights: ArrayLike<number>, promptKeys?: ArrayLike<number>): WeightSummary {
  const count = weights.length;
  const all = new Map<number, number>();
  const seldom = new Map<number, number>();
  let sum = 0;
  let squares = 0;
  let often = 0;
  let matches = 0;
  let largest = 0;
  for (let i = 0; i < count; i++) {
    const weight = weights[i];
    const key = promptKeys === undefined ? i : promptKeys[i];
    sum += weight;
    squares += weight * weight;
    if (weight > 0) matches++;
    if (weight > largest) largest = weight;
    all.set(key, (all.get(key) ?? 0) + weight);
    if (weight * seldomPropensity <= 1) often += weight;
    else seldom.set(key, (seldom.get(key) ?? 0) + weight);
  }
  const mean = sum / count;
  return {
    effectiveSampleSize: kishSize(all.values()),
    matches,
    mean,
    meanError: Math.sqrt(Math.max(0, squares / count - mean * mean) / count),
    largest,
    oftenMean: often / count,
    seldomSampleSize: kishSize(seldom.values()),
  };
}

function kishSize(weights: Iterable<number>): number {
  let sum = 0;
  let squares = 0;
  for (const weight of weights) {
    sum += weight;
    squares += weight * weight;
  }
  return squares > 0 ? (sum * sum) / squares : 0;
}
