import { type Dial, lambdaOf, type Preference } from "./preference.js";

/** What ranking needs to know of a candidate. */
export interface Prediction {
  model: string;
  predictedQuality: number;
  predictedCostUsd: number;
}

// below this predicted quality the exponential reward no longer tells candidates apart; the gateway's own floor
const qualityFloor = 1e-3;

/** Linear for λ; the logarithm of the exponential reward for the dial. */
export function rewardOf(preference: Preference, candidate: Prediction, dial: Dial): number {
  const price = candidate.predictedCostUsd / lambdaOf(preference, dial);
  return "costQuality" in preference
    ? Math.log(Math.max(candidate.predictedQuality, qualityFloor)) - price
    : candidate.predictedQuality - price;
}

/** Candidates by falling reward, ties by rising cost, as the gateway ranks them. */
export function rankCandidates<T extends Prediction>(
  candidates: readonly T[],
  preference: Preference,
  dial: Dial,
): Array<T & { reward: number }> {
  return candidates
    .map((candidate) => ({ ...candidate, reward: rewardOf(preference, candidate, dial) }))
    .sort((a, b) => b.reward - a.reward || a.predictedCostUsd - b.predictedCostUsd);
}
