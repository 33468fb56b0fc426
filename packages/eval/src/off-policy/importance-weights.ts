import { assertLength, OneheadError } from "@onehead/core";

/**
 * Weights that make a log of one policy speak for another: w_i = min(π(a_i | x_i) / p_i, clip).
 *
 * @param targetChances (C) π: chance that the judged policy takes the logged choice; 0 or 1 for one that does not draw
 * @param propensities  (C) p > 0: chance that the log's policy took it
 * @param clip          largest weight; Infinity leaves them as they are. A clip trades variance for a bias towards 0
 * @throws ShapeError when the lengths differ; OneheadError "invalid-argument" for a chance outside 0..1, a propensity that is not
 *   above 0 or so small that the weight is no number, and a clip that is not above 0
 * Source: Horvitz and Thompson 1952; Strehl et al. 2010 for the clip
 */
export function importanceWeights(
  targetChances: ArrayLike<number>,
  propensities: ArrayLike<number>,
  clip = Number.POSITIVE_INFINITY,
): Float64Array {
  assertLength("importanceWeights: propensities", propensities.length, targetChances.length);
  const weights = new Float64Array(targetChances.length);
  if (!(clip > 0)) throw invalid("importanceWeights: clip", clip, "a number above 0");
  for (let i = 0; i < weights.length; i++) {
    const [chance, propensity] = [targetChances[i], propensities[i]];
    if (!(chance >= 0 && chance <= 1)) throw invalid(`importanceWeights: targetChances[${i}]`, chance, "0 to 1");
    const weight = chance / propensity;
    if (!(propensity > 0 && weight < Number.POSITIVE_INFINITY)) {
      throw invalid(`importanceWeights: propensities[${i}]`, propensity, "a chance above 0");
    }
    weights[i] = Math.min(weight, clip);
  }
  return weights;
}

// a choice that the log took with a chance below this one is one that it seldom took
const seldomPropensity = 0.5;

/** What weights say about a log. */
export interface WeightSummary {
  /**
   * Prompts of the judged policy that the log is worth: (Σ W)² / Σ W², W the sum of a prompt's weights; 0 without any weight.
   * Calls of one prompt share their luck and are one piece of evidence. Source: Kish 1965.
   */
  effectiveSampleSize: number;
  /** Calls with a weight above 0. */
  matches: number;
  /** Expected to be 1 where the log can hold every choice and the propensities are right. */
  mean: number;
  /** Standard error of the mean over prompts. */
  meanError: number;
  largest: number;
  /** The part of the mean that comes of choices that the log often took, of weights up to 2; what is missing to 1 comes of the others. */
  oftenMean: number;
  /** The effective sample size of those others alone: what speaks for choices that the log seldom took. */
  seldomSampleSize: number;
}

/**
 * @param weights    (C) at least 0, finite
 * @param promptKeys (C) number of each call's prompt; every call has one of its own unless given
 * @throws ShapeError when the lengths differ; OneheadError "invalid-argument" without any weight given, and for one that is
 *   not a finite number of at least 0
 */
export function summarizeWeights(weights: ArrayLike<number>, promptKeys?: ArrayLike<number>): WeightSummary {
  const count = weights.length;
  if (count === 0) throw invalid("summarizeWeights: weights", "none", "at least one");
  if (promptKeys !== undefined) assertLength("summarizeWeights: promptKeys", promptKeys.length, count);
  let matches = 0;
  let largest = 0;
  for (let i = 0; i < count; i++) {
    if (!(weights[i] >= 0 && weights[i] < Number.POSITIVE_INFINITY)) {
      throw invalid(`summarizeWeights: weights[${i}]`, weights[i], "a finite number of at least 0");
    }
    if (weights[i] > 0) matches++;
    largest = Math.max(largest, weights[i]);
  }
  const prompts = new Map<number, { calls: number; weight: number }>();
  const seldom = new Map<number, number>();
  let often = 0;
  for (let i = 0; i < count; i++) {
    const key = promptKeys === undefined ? i : promptKeys[i];
    const { calls, weight } = prompts.get(key) ?? { calls: 0, weight: 0 };
    // over the largest, so that no square overflows or vanishes
    const share = largest > 0 ? weights[i] / largest : 0;
    prompts.set(key, { calls: calls + 1, weight: weight + share });
    if (weights[i] * seldomPropensity <= 1) often += weights[i];
    else seldom.set(key, (seldom.get(key) ?? 0) + share);
  }
  let sum = 0;
  for (const { weight } of prompts.values()) {
    sum += weight;
  }
  const mean = sum / count;
  let deviations = 0;
  for (const { calls, weight } of prompts.values()) deviations += (weight - mean * calls) ** 2;
  return {
    effectiveSampleSize: kishSize(Array.from(prompts.values(), ({ weight }) => weight)),
    matches,
    mean: largest * mean,
    meanError: (largest * Math.sqrt(deviations)) / count,
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

function invalid(field: string, found: unknown, expected: string): OneheadError {
  return new OneheadError("invalid-argument", `${field}: ${String(found)}, expected ${expected}`);
}
