import { logEach, naturalLog } from "../kernels/log.js";

/** Which trade between quality and cost a reward makes. */
export type RewardKind = "linear" | "exponential";

/** A reward with its λ: everything that the choice needs to know of the user. */
export interface Preference {
  reward: RewardKind;
  /** λ > 0 in USD; Infinity takes the best whatever it costs. */
  lambdaUsd: number;
}

// below this predicted quality the exponential reward no longer tells candidates apart
const qualityFloor = 1e-3;

/**
 * Linear reward R = ŝ − ĉ/λ: λ is what one full unit of quality is worth, in USD.
 *
 * @param quality  ŝ in [0, 1]
 * @param costUsd  ĉ ≥ 0
 * @param lambdaUsd λ > 0, Infinity for the best at any price
 */
export function linearReward(quality: number, costUsd: number, lambdaUsd: number): number {
  return quality - costUsd / lambdaUsd;
}

/**
 * Exponential reward R = ŝ · exp(−ĉ/λ), returned as its logarithm ln max(ŝ, 10⁻³) − ĉ/λ.
 *
 * The logarithm orders candidates alike; the product itself underflows to ties for most prompts at small λ.
 * It trades at λ/ŝ: it pays more for a point of quality where quality is small.
 * Source: arXiv 2509.09782 (our reading)
 */
export function exponentialReward(quality: number, costUsd: number, lambdaUsd: number): number {
  // Math.max keeps a NaN, which must not pass for the floor
  return naturalLog(Math.max(quality, qualityFloor)) - costUsd / lambdaUsd;
}

/** The reward of `preference` for one candidate. NaN inputs give NaN. */
export function rewardOf(preference: Preference, quality: number, costUsd: number): number {
  return preference.reward === "linear"
    ? linearReward(quality, costUsd, preference.lambdaUsd)
    : exponentialReward(quality, costUsd, preference.lambdaUsd);
}

let scratch = new Float64Array(64);

/**
 * Index of the highest reward among N candidates, −1 when there is none; ties go to the cheaper one, then to the
 * lower index. Candidates with a NaN never win.
 *
 * @param quality, costUsd  N values from `offset`
 * @param eligible          N flags, or null when all may be chosen
 * @param rewards           N, receives every candidate's reward
 */
export function argmaxReward(
  preference: Preference,
  quality: ArrayLike<number>,
  costUsd: ArrayLike<number>,
  count: number,
  eligible: ArrayLike<number> | null = null,
  offset = 0,
  rewards = scratchOf(count),
): number {
  const { lambdaUsd } = preference;
  const linear = preference.reward === "linear";
  if (!linear) logQualityEach(rewards, quality, count, offset);
  let best = -1;
  let bestReward = Number.NEGATIVE_INFINITY;
  let bestCost = Number.POSITIVE_INFINITY;
  for (let i = 0; i < count; i++) {
    const cost = costUsd[offset + i];
    const reward = (linear ? quality[offset + i] : rewards[i]) - cost / lambdaUsd;
    rewards[i] = reward;
    if (eligible !== null && eligible[i] === 0) continue;
    // a comparison with NaN is false, so a NaN reward or cost is passed over
    if (reward > bestReward || (reward === bestReward && cost < bestCost)) {
      best = i;
      bestReward = reward;
      bestCost = cost;
    }
  }
  return best;
}

/** ln max(ŝ, 10⁻³) of N candidates; over arrays, so that nothing is allocated. */
export function logQualityEach(out: Float64Array, quality: ArrayLike<number>, count: number, offset: number): void {
  // Math.max keeps a NaN, which must not pass for the floor
  for (let i = 0; i < count; i++) out[i] = Math.max(quality[offset + i], qualityFloor);
  logEach(out, out, count);
}

function scratchOf(count: number): Float64Array {
  if (scratch.length < count) scratch = new Float64Array(2 * count);
  return scratch;
}
