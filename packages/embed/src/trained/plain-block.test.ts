import { describe, expect, it } from "vitest";
import { fitPlainStatistics, standardize } from "./plain-block.js";

describe("fitPlainStatistics", () => {
  it("has the mean and the deviation of each column", () => {
    // column 0: 1, 3 → mean 2, deviation 1; column 1: 5, 5 → mean 5, deviation 0
    const { mean, deviation } = fitPlainStatistics(Float32Array.of(1, 5, 3, 5), 2, 2);
    expect(Array.from(mean)).toEqual([2, 5]);
    expect(Array.from(deviation)).toEqual([1, 0]);
  });
});

describe("standardize", () => {
  const statistics = { mean: Float32Array.of(2, 5, 0, 0), deviation: Float32Array.of(1, 0, 0.5, 2) };

  it("scales by deviation and by weight / √P, clips at three deviations, and zeroes what never varied", () => {
    // (3 − 2) / 1 = 1, deviation 0 → 0, −9 / 0.5 = −18 → −3, 3 / 2 = 1.5; weight / √4 = 0.5
    const vector = Float32Array.of(7, 3, 100, -9, 3, 7);
    standardize(vector, 1, statistics, 1);
    expect(Array.from(vector)).toEqual([7, 0.5, 0, -1.5, 0.75, 7]);
  });

  it("gives zeros at weight 0", () => {
    const vector = Float32Array.of(3, 1, 1, 1);
    standardize(vector, 0, statistics, 0);
    expect(Array.from(vector)).toEqual([0, 0, 0, 0]);
  });
});
