import { ShapeError } from "@onehead/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { importanceWeights, summarizeWeights } from "./importance-weights.js";

describe("importanceWeights", () => {
  it("divides what the judged policy would do by what was done, up to the clip", () => {
    expect([...importanceWeights([1, 0, 0.5], [0.25, 0.5, 0.5])]).toEqual([4, 0, 1]);
    expect([...importanceWeights([1, 0, 0.5], [0.25, 0.5, 0.5], 3)]).toEqual([3, 0, 1]);
  });

  it("refuses lengths that differ", () => {
    expect(() => importanceWeights([1], [1, 1])).toThrow(ShapeError);
  });

  it.each<[string, number, number, number?]>([
    ["propensities[1]: 0, expected a chance above 0", 1, 0],
    ["propensities[1]: 0, expected a chance above 0", 0, 0],
    ["propensities[1]: -0.5", 1, -0.5],
    ["propensities[1]: NaN", 1, Number.NaN],
    ["propensities[1]: 5e-324", 1, 5e-324],
    ["targetChances[1]: 2, expected 0 to 1", 2, 1],
    ["targetChances[1]: NaN", Number.NaN, 1],
    ["clip: NaN, expected a number above 0", 1, 1, Number.NaN],
  ])("refuses %s", (message, chance, propensity, clip) => {
    expect(() => importanceWeights([1, chance], [1, propensity], clip)).toThrow(`importanceWeights: ${message}`);
  });
});

describe("summarizeWeights", () => {
  it("agrees with three weights worked out by hand", () => {
    // (4 + 0 + 1)² / (16 + 1) = 25 / 17; mean 5/3; variance 17/3 − 25/9 = 26/9, over 3 calls
    const summary = summarizeWeights([4, 0, 1]);
    expect(summary.effectiveSampleSize).toBeCloseTo(25 / 17, 12);
    expect(summary).toMatchObject({ matches: 2, largest: 4 });
    expect(summary.mean).toBeCloseTo(5 / 3, 12);
    expect(summary.meanError).toBeCloseTo(Math.sqrt(26 / 27), 12);
  });

  it("counts the calls of one prompt as one piece of evidence", () => {
    // W = 5 and 2 over 3 and 1 calls: 49 / 29; mean 7/4; deviations 5 − 21/4 and 2 − 7/4, both 1/4
    const summary = summarizeWeights([4, 0, 1, 2], [7, 7, 7, 9]);
    expect(summary.effectiveSampleSize).toBeCloseTo(49 / 29, 12);
    expect(summary.mean).toBeCloseTo(7 / 4, 12);
    expect(summary.meanError).toBeCloseTo(Math.sqrt(2 / 16) / 4, 12);
    expect(summarizeWeights(new Float64Array(400).fill(2), new Float64Array(400)).effectiveSampleSize).toBe(1);
    expect(() => summarizeWeights([1, 2], [1])).toThrow(ShapeError);
  });

  it("stays finite where squares would not, and refuses what is no weight", () => {
    const { effectiveSampleSize, mean, meanError } = summarizeWeights([1e300, 1e300, 0, 1e-300]);
    expect([effectiveSampleSize, mean / 1e300, meanError / 1e300]).toEqual([
      expect.closeTo(2, 12),
      expect.closeTo(0.5, 12),
      expect.closeTo(0.25, 12),
    ]);
    expect(() => summarizeWeights([1, Number.POSITIVE_INFINITY])).toThrow("summarizeWeights: weights[1]: Infinity");
    expect(() => summarizeWeights([Number.NaN])).toThrow("weights[0]: NaN");
    expect(() => summarizeWeights([])).toThrow("weights: none");
  });

  it("never finds a log worth more than its matches, and exactly them where weights are equal", () => {
    const weight = fc.oneof(fc.constant(0), fc.double({ min: 0.01, max: 100, noNaN: true }));
    fc.assert(
      fc.property(fc.array(weight, { minLength: 1 }), (weights) => {
        const { effectiveSampleSize, matches } = summarizeWeights(weights);
        expect(effectiveSampleSize).toBeLessThanOrEqual(matches + 1e-9);
      }),
    );
    // four calls of two prompts
    expect(summarizeWeights([1, 1, 1, 1], [7, 7, 9, 9]).effectiveSampleSize).toBeCloseTo(2, 12);
    expect(summarizeWeights(new Array(400).fill(1), new Array(400).fill(3)).effectiveSampleSize).toBeCloseTo(1, 12);
    expect(summarizeWeights([3, 0, 3, 3]).effectiveSampleSize).toBeCloseTo(3, 12);
    expect(summarizeWeights([0, 0]).effectiveSampleSize).toBe(0);
  });

  it("tells choices that the log often took from those that it seldom did", () => {
    // propensities of at least ½, and below
    const { oftenMean, seldomSampleSize } = summarizeWeights([1.25, 2, 0, 5, 5, 0, 0, 0]);
    expect(oftenMean).toBeCloseTo(3.25 / 8, 12);
    expect(seldomSampleSize).toBeCloseTo(2, 12);
  });
});
