import { describe, expect, it } from "vitest";
import { startingBiases } from "./starting-biases.js";

const unknown = Number.NaN;
const logit = (p: number): number => Math.log(p / (1 - p));
const twoRows = {
  scores: Float32Array.of(1, 0.5, 0, unknown),
  costTargets: Float32Array.of(2, unknown, 6, 4),
  rows: 2,
};
const alike = ["usd", "usd"];

describe("startingBiases", () => {
  it("agrees with two rows worked out by hand", () => {
    const { qualityBias, costBias } = startingBiases(twoRows, alike, 1);
    // mean of all scores (1 + 0.5 + 0)/3 = 0.5; shrunk by one pseudo-count: (1 + 0 + 0.5)/3 = 0.5, (0.5 + 0.5)/2 = 0.5
    expect([...qualityBias]).toEqual([0, 0]);
    // mean of all costs (2 + 6 + 4)/3 = 4; (2 + 6 + 4)/3 = 4, (4 + 4)/2 = 4
    expect([...costBias]).toEqual([4, 4]);
  });

  it("gives a model that nobody asked the mean of all models", () => {
    const scores = Float32Array.of(1, unknown, 0.2, unknown);
    const costTargets = Float32Array.of(3, unknown, 5, unknown);
    const { qualityBias, costBias } = startingBiases({ scores, costTargets, rows: 2 }, alike, 1);
    expect(qualityBias[1]).toBeCloseTo(logit(0.6), 5);
    expect(costBias[1]).toBeCloseTo(4, 5);
  });

  it("is finite without a prior, and for scores of 0 and 1 alone", () => {
    const nothing = new Float32Array(4).fill(unknown);
    for (const scores of [nothing, Float32Array.of(1, 0, 1, 0)]) {
      const biases = startingBiases({ scores, costTargets: nothing, rows: 2 }, alike, 0);
      for (const values of Object.values(biases)) expect([...values].every(Number.isFinite)).toBe(true);
    }
  });

  it("moves a model's cost to the mean of its own kind only", () => {
    const costTargets = Float32Array.of(2, 10, 4, unknown);
    expect(startingBiases({ ...twoRows, costTargets }, ["tokens", "usd"], 5).costBias[0]).toBeCloseTo(3, 5);
    // (2 + 4 + 5 · 16/3) / 7
    expect(startingBiases({ ...twoRows, costTargets }, alike, 5).costBias[0]).toBeCloseTo((6 + 80 / 3) / 7, 5);
  });
});
