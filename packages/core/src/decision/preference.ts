import { invalidArgument } from "../errors/invalid-argument.js";
import { fastExp } from "../kernels/exp.js";
import { naturalLog } from "../kernels/log.js";
import type { Preference, RewardKind } from "./reward.js";

/** The two ends of the 0..10 dial, calibrated at training time and stored in the artifact. */
export interface Dial {
  minLambdaUsd: number;
  maxLambdaUsd: number;
}

/** How a user states what quality is worth; at most one of the two knobs. */
export interface PreferenceOptions {
  /**
   * λ: what one full unit of quality (a wrong answer becoming right) is worth, in USD; Infinity takes the best at any
   * price. Uses the linear reward.
   */
  willingnessToPayUsd?: number | undefined;
  /** 0 (cheapest) to 10 (best), for people who do not want to name a price. Uses the exponential reward. */
  costQuality?: number | undefined;
  /** Overrides the reward that belongs to the knob. */
  reward?: RewardKind | undefined;
}

// between these every reward is a finite number, so that a decision survives JSON
const leastLambdaUsd = 1e-300;
const greatestLambdaUsd = Number.MAX_VALUE;

/** The middle of the dial: what a request that states nothing gets. */
const defaultCostQuality = 5;

/**
 * Turns either knob into a reward and its λ.
 *
 * `costQuality` t in [0, 10] gives log λ = log λ_min + t/10 · (log λ_max − log λ_min).
 *
 * A λ so small or large that rewards would not be finite is taken as the nearest that keeps them so.
 *
 * @throws OneheadError "invalid-argument" naming the field: both knobs given, λ ≤ 0 or NaN, a dial outside 0..10
 */
export function resolvePreference(options: PreferenceOptions, dial: Dial): Preference {
  const { willingnessToPayUsd, costQuality, reward } = options;
  if (reward !== undefined && reward !== "linear" && reward !== "exponential") {
    throw invalidArgument("preference: reward", reward, '"linear" or "exponential"');
  }
  if (willingnessToPayUsd !== undefined && costQuality !== undefined) {
    throw invalidArgument("preference: willingnessToPayUsd and costQuality", "both given", "one of them");
  }
  if (willingnessToPayUsd !== undefined) {
    if (typeof willingnessToPayUsd !== "number" || !(willingnessToPayUsd > 0)) {
      throw invalidArgument("preference: willingnessToPayUsd", willingnessToPayUsd, "a number above 0");
    }
    return { reward: reward ?? "linear", lambdaUsd: finiteLambda(willingnessToPayUsd) };
  }
  const setting = costQuality ?? defaultCostQuality;
  if (typeof setting !== "number" || !(setting >= 0 && setting <= 10)) {
    throw invalidArgument("preference: costQuality", setting, "a number from 0 to 10");
  }
  const logMin = naturalLog(dial.minLambdaUsd);
  const logMax = naturalLog(dial.maxLambdaUsd);
  return { reward: reward ?? "exponential", lambdaUsd: fastExp(logMin + (setting / 10) * (logMax - logMin)) };
}

function finiteLambda(lambdaUsd: number): number {
  return Math.min(Math.max(lambdaUsd, leastLambdaUsd), greatestLambdaUsd);
}
