import type { Dial, Preference } from "./preference.js";
import { type Prediction, rewardOf } from "./rank-candidates.js";

/** A stretch of the slider over which one model is chosen. */
export interface ChoiceStretch {
  model: string;
  /** Places 0..1. */
  from: number;
  to: number;
}

/**
 * Which model is chosen along the whole slider, from its left to its right end.
 *
 * @param preferenceAt preference at a place 0..1
 */
export function choiceStretches(
  candidates: readonly Prediction[],
  preferenceAt: (place: number) => Preference,
  dial: Dial,
  steps = 200,
): ChoiceStretch[] {
  const stretches: ChoiceStretch[] = [];
  if (candidates.length === 0) return stretches;
  for (let step = 0; step < steps; step++) {
    const preference = preferenceAt((step + 0.5) / steps);
    let best = candidates[0];
    let bestReward = rewardOf(preference, best, dial);
    for (const candidate of candidates) {
      const reward = rewardOf(preference, candidate, dial);
      if (reward > bestReward || (reward === bestReward && candidate.predictedCostUsd < best.predictedCostUsd)) {
        best = candidate;
        bestReward = reward;
      }
    }
    const last = stretches.at(-1);
    if (last?.model === best.model) last.to = (step + 1) / steps;
    else stretches.push({ model: best.model, from: step / steps, to: (step + 1) / steps });
  }
  return stretches;
}
