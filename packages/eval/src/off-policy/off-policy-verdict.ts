import type { WeightSummary } from "./importance-weights.js";
import type { OffPolicyEstimates } from "./off-policy-estimates.js";

/** What a log says of a policy at one preference. */
export interface OffPolicyVerdict {
  verdict: "better" | "worse" | "not enough evidence";
  /** Why there is not enough evidence; null where there is. */
  reason: string | null;
}

// fewer prompts than this carry no interval that a bootstrap could be trusted with
const fewestEffectivePrompts = 50;
// the log is not asked for choices that it seldom took where they are so few of the policy's
const smallSeldomShare = 0.05;
// a bootstrap of fewer rare and heavy calls does not know how wrong it is: those that did not happen are not in it
const fewestSeldomPrompts = 30;
// above this share of choices that the log could not hold, the rest speaks for other prompts
const largestUnsupportedShare = 0.05;
// standard errors by which the mean weight may miss 1
const weightErrors = 4;
// predictions that make an interval this much wider than none are no help
const widening = 1.5;

/**
 * Better or worse by the reward, where the log is able to say so:
 *
 * - the log could have held at least 95 % of the policy's choices,
 * - it is worth at least 50 prompts of the policy,
 * - where more than 5 % of the policy's choices are ones that the log took with a chance below ½, at least 30 prompts speak for them:
 *   a log that agrees with the policy nearly everywhere says little of where it does not,
 * - its unclipped weights average 1, as those of right propensities do,
 * - the interval of the doubly robust difference excludes 0, and that of the self-normalised one, which trusts no
 *   prediction, does not lie wholly on the other side.
 *
 * @param weights without a clip
 */
export function judgeOffPolicy(
  calls: number,
  unsupported: number,
  weights: WeightSummary,
  reward: OffPolicyEstimates,
): OffPolicyVerdict {
  const lacking = (reason: string): OffPolicyVerdict => ({ verdict: "not enough evidence", reason });
  const share = unsupported / calls;
  if (share > largestUnsupportedShare) {
    return lacking(`the log could not have held ${(100 * share).toFixed(0)} % of the choices`);
  }
  // not "below", which a NaN would pass
  if (!(weights.effectiveSampleSize >= fewestEffectivePrompts)) {
    return lacking(
      `the log is worth ${weights.effectiveSampleSize.toFixed(0)} prompts, fewer than ${fewestEffectivePrompts}`,
    );
  }
  const fits = Math.abs(weights.mean + share - 1) <= weightErrors * weights.meanError + 1e-9;
  const misfit = `propensities do not fit the choices: weights average ${weights.mean.toFixed(2)}, expected 1`;
  const seldomShare = 1 - share - weights.oftenMean;
  if (seldomShare > smallSeldomShare && weights.seldomSampleSize < fewestSeldomPrompts) {
    const seldom = `the log seldom took ${(100 * seldomShare).toFixed(0)} % of the choices`;
    const calls = `${weights.seldomSampleSize.toFixed(0)} prompts speak for them, fewer than ${fewestSeldomPrompts}`;
    return lacking(`${seldom}: ${calls}${fits ? "" : `; or ${misfit}`}`);
  }
  if (!fits) return lacking(misfit);
  const { difference, differenceWithoutModel } = reward;
  const [low, high] = difference.interval;
  if (low <= 0 && high >= 0) {
    const widened =
      difference.standardError > widening * (differenceWithoutModel?.standardError ?? Number.POSITIVE_INFINITY);
    const hint = widened ? ", and predicted outcomes that are far off make it wide: try cross-fitted ones" : "";
    return lacking(`the interval of the difference holds 0${hint}`);
  }
  const check = differenceWithoutModel?.interval;
  if (check !== undefined && (low > 0 ? check[1] < 0 : check[0] > 0)) {
    return lacking("the estimate without predictions says the opposite");
  }
  return { verdict: low > 0 ? "better" : "worse", reason: null };
}
