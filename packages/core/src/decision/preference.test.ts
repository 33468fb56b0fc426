import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { OneheadError } from "../errors/onehead-error.js";
import { type PreferenceOptions, resolvePreference } from "./preference.js";
import { rewardOf } from "./reward.js";

const dial = { minLambdaUsd: 1e-4, maxLambdaUsd: 1 };

describe("resolvePreference", () => {
  it("takes a price as λ of the linear reward", () => {
    expect(resolvePreference({ willingnessToPayUsd: 0.25 }, dial)).toEqual({ reward: "linear", lambdaUsd: 0.25 });
  });

  it.each([Number.POSITIVE_INFINITY, Number.MIN_VALUE])("keeps rewards finite at a price of %d", (price) => {
    const preference = resolvePreference({ willingnessToPayUsd: price }, dial);
    expect(JSON.parse(JSON.stringify(preference))).toEqual(preference);
    const [cheap, dear] = [rewardOf(preference, 0.4, 1e-5), rewardOf(preference, 0.5, 1e5)];
    expect(Number.isFinite(cheap) && Number.isFinite(dear)).toBe(true);
    expect(dear > cheap).toBe(price > 1);
  });

  it("spaces the dial evenly in log λ, under the exponential reward", () => {
    // from 10⁻⁴ to 1: t = 0, 2.5, 5, 10 give 10⁻⁴, 10⁻³, 10⁻², 1
    for (const [costQuality, lambdaUsd] of [
      [0, 1e-4],
      [2.5, 1e-3],
      [5, 1e-2],
      [10, 1],
    ] as const) {
      const preference = resolvePreference({ costQuality }, dial);
      expect(preference.reward).toBe("exponential");
      expect(preference.lambdaUsd / lambdaUsd).toBeCloseTo(1, 10);
    }
  });

  it("stands at the middle of the dial when nothing is stated", () => {
    expect(resolvePreference({}, dial)).toEqual(resolvePreference({ costQuality: 5 }, dial));
    expect(resolvePreference({ costQuality: undefined, willingnessToPayUsd: undefined }, dial)).toEqual(
      resolvePreference({}, dial),
    );
  });

  it("lets the reward be overridden for either knob", () => {
    expect(resolvePreference({ willingnessToPayUsd: 1, reward: "exponential" }, dial).reward).toBe("exponential");
    expect(resolvePreference({ costQuality: 1, reward: "linear" }, dial).reward).toBe("linear");
  });

  it("gives a higher λ for a higher setting", () => {
    const setting = fc.integer({ min: 0, max: 100 }).map((value) => value / 10);
    fc.assert(
      fc.property(setting, setting, (a, b) => {
        fc.pre(a < b);
        const [low, high] = [a, b].map((costQuality) => resolvePreference({ costQuality }, dial).lambdaUsd);
        expect(low).toBeLessThan(high);
      }),
    );
  });

  it.each<[string, PreferenceOptions]>([
    ["willingnessToPayUsd and costQuality: both given", { willingnessToPayUsd: 1, costQuality: 5 }],
    ["willingnessToPayUsd: 0", { willingnessToPayUsd: 0 }],
    ["willingnessToPayUsd: -1", { willingnessToPayUsd: -1 }],
    ["willingnessToPayUsd: NaN", { willingnessToPayUsd: Number.NaN }],
    ["willingnessToPayUsd: 1", { willingnessToPayUsd: "1" as unknown as number }],
    ["costQuality: -0.1", { costQuality: -0.1 }],
    ["costQuality: 10.1", { costQuality: 10.1 }],
    ["costQuality: NaN", { costQuality: Number.NaN }],
    ["costQuality: 5", { costQuality: "5" as unknown as number }],
    ["reward: cubic", { reward: "cubic" as "linear" }],
  ])("refuses with preference: %s", (message, options) => {
    let thrown: unknown;
    try {
      resolvePreference(options, dial);
    } catch (error) {
      thrown = error;
    }
    expect(OneheadError.isInstance(thrown) && thrown.code).toBe("invalid-argument");
    expect((thrown as OneheadError).message).toContain(`preference: ${message}`);
  });
});
