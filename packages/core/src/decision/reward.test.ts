import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { argmaxReward, exponentialReward, linearReward, type Preference, rewardOf } from "./reward.js";

const linear = (lambdaUsd: number): Preference => ({ reward: "linear", lambdaUsd });
const exponential = (lambdaUsd: number): Preference => ({ reward: "exponential", lambdaUsd });
const both = ["linear", "exponential"] as const;

const pool = fc
  .array(
    fc.record({
      quality: fc.double({ min: 0, max: 1, noNaN: true }),
      cost: fc.double({ min: 0, max: 1, noNaN: true }),
    }),
    { minLength: 1, maxLength: 12 },
  )
  .map((candidates) => ({
    quality: candidates.map(({ quality }) => quality),
    cost: candidates.map(({ cost }) => cost),
  }));
const lambda = fc.double({ min: -6, max: 6, noNaN: true }).map((exponent) => 10 ** exponent);

describe("linearReward", () => {
  it("is quality less cost in units of λ", () => {
    // 0.8 − 0.02/0.1
    expect(linearReward(0.8, 0.02, 0.1)).toBeCloseTo(0.6, 12);
    expect(linearReward(0.8, 0.02, Number.POSITIVE_INFINITY)).toBe(0.8);
    expect(linearReward(Number.NaN, 0, 1)).toBeNaN();
    expect(linearReward(0, Number.NaN, 1)).toBeNaN();
  });
});

describe("exponentialReward", () => {
  it("is the logarithm of ŝ exp(−ĉ/λ)", () => {
    expect(exponentialReward(0.5, 0.3, 0.1)).toBeCloseTo(Math.log(0.5 * Math.exp(-3)), 12);
    expect(exponentialReward(1, 0.3, Number.POSITIVE_INFINITY)).toBe(0);
  });

  it("is flat in quality below the floor of 10⁻³", () => {
    expect(exponentialReward(0, 0, 1)).toBe(Math.log(1e-3));
    expect(exponentialReward(0.0005, 0, 1)).toBe(Math.log(1e-3));
    expect(exponentialReward(0.002, 0, 1)).toBeGreaterThan(Math.log(1e-3));
  });

  it("is NaN for a NaN", () => {
    expect(exponentialReward(Number.NaN, 0, 1)).toBeNaN();
    expect(exponentialReward(0.5, Number.NaN, 1)).toBeNaN();
  });
});

describe("rewardOf", () => {
  it("follows the preference", () => {
    expect(rewardOf(linear(2), 0.5, 0.1)).toBe(linearReward(0.5, 0.1, 2));
    expect(rewardOf(exponential(2), 0.5, 0.1)).toBe(exponentialReward(0.5, 0.1, 2));
  });
});

describe("argmaxReward", () => {
  it("agrees with an example worked out by hand", () => {
    // λ = 0.1: 0.6 − 0.1 = 0.5, 0.8 − 0.2 = 0.6, 0.9 − 0.5 = 0.4; λ = 1: 0.59, 0.78, 0.85
    expect(argmaxReward(linear(0.1), [0.6, 0.8, 0.9], [0.01, 0.02, 0.05], 3)).toBe(1);
    expect(argmaxReward(linear(1), [0.6, 0.8, 0.9], [0.01, 0.02, 0.05], 3)).toBe(2);
  });

  it.each(both)("takes the cheapest for a tiny λ and the best for an infinite one (%s)", (reward) => {
    const quality = [0.9, 0.2, 0.99, 0.1];
    const cost = [0.02, 0.001, 5, 0.002];
    for (const lambdaUsd of [1e-9, 1e-300, Number.MIN_VALUE]) {
      expect(argmaxReward({ reward, lambdaUsd }, quality, cost, 4)).toBe(1);
    }
    expect(argmaxReward({ reward, lambdaUsd: Number.POSITIVE_INFINITY }, quality, cost, 4)).toBe(2);
  });

  it.each(both)("breaks ties by cost, then by index (%s)", (reward) => {
    const best = { reward, lambdaUsd: Number.POSITIVE_INFINITY };
    expect(argmaxReward(best, [0.5, 0.5, 0.5], [0.3, 0.1, 0.2], 3)).toBe(1);
    expect(argmaxReward(best, [0.5, 0.5, 0.5], [0.3, 0.1, 0.1], 3)).toBe(1);
    expect(argmaxReward(best, [0.5, 0.5], [0.1, 0.1], 2)).toBe(0);
  });

  it.each(both)("never takes a NaN, be it first, last or alone (%s)", (reward) => {
    const nan = Number.NaN;
    const preference = { reward, lambdaUsd: 1 };
    expect(argmaxReward(preference, [nan, 0.1, nan], [0, 0.5, 0], 3)).toBe(1);
    expect(argmaxReward(preference, [0.9, 0.1, 0.9], [nan, 0.5, nan], 3)).toBe(1);
    expect(argmaxReward(preference, [nan], [0], 1)).toBe(-1);
    expect(argmaxReward(preference, [1], [nan], 1)).toBe(-1);
  });

  it("gives −1 for no candidate and for none that is eligible", () => {
    expect(argmaxReward(linear(1), [], [], 0)).toBe(-1);
    expect(argmaxReward(linear(1), [1, 1], [0, 0], 2, [0, 0])).toBe(-1);
  });

  it("reads from the offset and leaves out what is not eligible", () => {
    const quality = [1, 1, 0.2, 0.9, 0.5];
    const cost = [0, 0, 0.1, 0.1, 0.1];
    expect(argmaxReward(linear(1), quality, cost, 3, null, 2)).toBe(1);
    expect(argmaxReward(linear(1), quality, cost, 3, Uint8Array.of(1, 0, 1), 2)).toBe(2);
  });

  it.each(both)("takes a candidate that no other one beats (%s)", (reward) => {
    fc.assert(
      fc.property(pool, lambda, ({ quality, cost }, lambdaUsd) => {
        const preference = { reward, lambdaUsd };
        const rewards = quality.map((value, i) => rewardOf(preference, value, cost[i]));
        const chosen = argmaxReward(preference, quality, cost, quality.length);
        const ties = rewards.flatMap((value, i) => (value === Math.max(...rewards) ? [i] : []));
        expect(ties).toContain(chosen);
        expect(cost[chosen]).toBe(Math.min(...ties.map((i) => cost[i])));
      }),
    );
  });

  it.each(both)("never chooses lower quality or lower cost for a higher λ (%s)", (reward) => {
    // quantised so that rounding cannot turn a near-tie around: 0.01 of quality, a tenth of a cent
    const coarse = pool.map(({ quality, cost }) => ({
      quality: quality.map((value) => Math.round(100 * value) / 100),
      cost: cost.map((value) => Math.round(1000 * value) / 1000),
    }));
    fc.assert(
      fc.property(coarse, lambda, lambda, ({ quality, cost }, a, b) => {
        const low = argmaxReward({ reward, lambdaUsd: Math.min(a, b) }, quality, cost, quality.length);
        const high = argmaxReward({ reward, lambdaUsd: Math.max(a, b) }, quality, cost, quality.length);
        expect(quality[high]).toBeGreaterThanOrEqual(quality[low]);
        expect(cost[high]).toBeGreaterThanOrEqual(cost[low]);
      }),
      { numRuns: 500 },
    );
  });
});
