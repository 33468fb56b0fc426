import { describe, expect, it } from "vitest";
import { lambdaOf } from "./preference.js";
import { rankCandidates, rewardOf } from "./rank-candidates.js";

const dial = { lowUsd: 1e-4, highUsd: 1 };
const cheap = { model: "cheap", predictedQuality: 0.6, predictedCostUsd: 0.001 };
const dear = { model: "dear", predictedQuality: 0.9, predictedCostUsd: 0.03 };

describe("rewardOf", () => {
  it("is quality less cost over λ where a worth in USD is stated", () => {
    // 0.9 − 0.03 / 0.1 = 0.6
    expect(rewardOf({ willingnessToPayUsd: 0.1 }, dear, dial)).toBeCloseTo(0.6, 12);
  });

  it("is the logarithm of quality less cost over λ where the dial is", () => {
    // dial 5 lies halfway in the logarithm: λ = √(1e-4 · 1) = 0.01; ln 0.9 − 0.03 / 0.01
    expect(rewardOf({ costQuality: 5 }, dear, dial)).toBeCloseTo(Math.log(0.9) - 3, 12);
  });

  it("takes no quality below 0.001 for less than that, on the dial", () => {
    const hopeless = { model: "none", predictedQuality: 0, predictedCostUsd: 0 };
    expect(rewardOf({ costQuality: 5 }, hopeless, dial)).toBeCloseTo(Math.log(1e-3), 12);
  });
});

describe("lambdaOf", () => {
  it("is at the ends of the dial what they say", () => {
    expect(lambdaOf({ costQuality: 0 }, dial)).toBeCloseTo(dial.lowUsd, 12);
    expect(lambdaOf({ costQuality: 10 }, dial)).toBeCloseTo(dial.highUsd, 12);
  });
});

describe("rankCandidates", () => {
  const first = (preference: Parameters<typeof rankCandidates>[1]): string =>
    rankCandidates([dear, cheap], preference, dial)[0].model;

  it("changes its choice where 0.3 of quality is worth the 0.029 that it costs more", () => {
    // equal at λ = 0.029 / 0.3 = 0.0967
    expect(first({ willingnessToPayUsd: 0.096 })).toBe("cheap");
    expect(first({ willingnessToPayUsd: 0.097 })).toBe("dear");
  });

  it("gives a tie to the cheaper one", () => {
    const free = { model: "free", predictedQuality: 0.5, predictedCostUsd: 0 };
    const paid = { model: "paid", predictedQuality: 1, predictedCostUsd: 0.5 };
    expect(rankCandidates([paid, free], { willingnessToPayUsd: 1 }, dial).map(({ model }) => model)).toEqual([
      "free",
      "paid",
    ]);
  });

  it("leaves what it was given as it is", () => {
    const given = [dear, cheap];
    rankCandidates(given, { willingnessToPayUsd: 1e-6 }, dial);
    expect(given).toEqual([dear, cheap]);
  });
});
