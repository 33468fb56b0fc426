import { describe, expect, it } from "vitest";
import type { OffPolicyEstimates } from "./off-policy-estimates.js";
import { judgeOffPolicy } from "./off-policy-verdict.js";

const estimate = (low: number, high: number) => ({
  value: (low + high) / 2,
  interval: [low, high] as [number, number],
  standardError: 0.1,
});
const rewardOf = (
  difference: [number, number],
  withoutModel: [number, number] | null = difference,
): OffPolicyEstimates => ({
  ips: estimate(0, 1),
  selfNormalised: estimate(0, 1),
  doublyRobust: estimate(0, 1),
  logged: estimate(0, 1),
  difference: { ...estimate(...difference), winShare: 0.5 },
  differenceWithoutModel: withoutModel === null ? null : estimate(...withoutModel),
});
// the same middle, with a bootstrap that varies twice as much as without predictions
const wideModel: OffPolicyEstimates = {
  ...rewardOf([-0.2, 0.2]),
  difference: { ...estimate(-0.2, 0.2), standardError: 0.2, winShare: 0.5 },
};
const weights = {
  ...{ effectiveSampleSize: 300, matches: 400, mean: 1, meanError: 0.05, largest: 4 },
  ...{ oftenMean: 0.6, seldomSampleSize: 80 },
};

describe("judgeOffPolicy", () => {
  it("follows the interval of the difference", () => {
    expect(judgeOffPolicy(1000, 0, weights, rewardOf([0.01, 0.05]))).toEqual({ verdict: "better", reason: null });
    expect(judgeOffPolicy(1000, 0, weights, rewardOf([-0.05, -0.01]))).toEqual({ verdict: "worse", reason: null });
    expect(judgeOffPolicy(1000, 0, weights, rewardOf([0.01, 0.05], null)).verdict).toBe("better");
  });

  it.each([
    ["holds 0", 0, weights, rewardOf([-0.01, 0.05])],
    ["holds 0, and predicted outcomes that are far off make it wide", 0, weights, wideModel],
    ["could not have held 6 % of the choices", 60, weights, rewardOf([0.01, 0.05])],
    ["is worth 49 prompts, fewer than 50", 0, { ...weights, effectiveSampleSize: 49 }, rewardOf([0.01, 0.05])],
    ["is worth NaN prompts", 0, { ...weights, effectiveSampleSize: Number.NaN }, rewardOf([0.01, 0.05])],
    ["seldom took 40 % of the choices: 8 prompts", 0, { ...weights, seldomSampleSize: 8 }, rewardOf([0.01, 0.05])],
    [
      "seldom took 10 % of the choices: 0 prompts",
      0,
      { ...weights, mean: 0.9, oftenMean: 0.9, seldomSampleSize: 0 },
      rewardOf([0.01, 0.05]),
    ],
    ["weights average 0.70, expected 1", 0, { ...weights, mean: 0.7 }, rewardOf([0.01, 0.05])],
    ["weights average 1.40, expected 1", 0, { ...weights, mean: 1.4 }, rewardOf([0.01, 0.05])],
    ["without predictions says the opposite", 0, weights, rewardOf([0.01, 0.05], [-0.2, -0.1])],
    ["without predictions says the opposite", 0, weights, rewardOf([-0.05, -0.01], [0.1, 0.2])],
  ])("has not enough evidence where the log %s", (reason, unsupported, summary, reward) => {
    const judged = judgeOffPolicy(1000, unsupported, summary, reward);
    expect(judged.verdict).toBe("not enough evidence");
    expect(judged.reason).toContain(reason);
  });

  it("asks for no seldom choices of a policy that has hardly any", () => {
    const agreeing = { ...weights, oftenMean: 0.96, seldomSampleSize: 1 };
    expect(judgeOffPolicy(1000, 0, agreeing, rewardOf([0.01, 0.05])).verdict).toBe("better");
  });

  it("expects of weights no more than the choices that the log could hold", () => {
    expect(judgeOffPolicy(1000, 50, { ...weights, mean: 0.76 }, rewardOf([0.01, 0.05])).verdict).toBe("better");
  });
});
