import { describe, expect, it } from "vitest";
import { labelledRows } from "../../test/labelled-rows.js";
import { pairGradients } from "../factors/pair-gradients.js";
import { fitSimilarityRanking } from "./fit-similarity-ranking.js";
import { calibratedWinRates, winRates } from "./win-rates.js";

describe("calibratedWinRates", () => {
  it("gives every model its mean where the strengths are the usual ones", () => {
    const prior = Float64Array.of(0.8, 0.3, 0.6);
    const strengths = Float32Array.of(0.9, -1.2, 0.1);
    calibratedWinRates(strengths, prior, Float64Array.from(winRates(strengths, 3))).forEach((quality, m) => {
      expect(quality).toBeCloseTo(prior[m], 5);
    });
  });

  it("rises with the model's own strength and falls with the others'", () => {
    const prior = Float64Array.of(0.5, 0.5);
    const [before] = calibratedWinRates(Float32Array.of(0, 0), prior, prior);
    const [stronger] = calibratedWinRates(Float32Array.of(1, 0), prior, prior);
    const [outdone] = calibratedWinRates(Float32Array.of(0, 1), prior, prior);
    expect(stronger).toBeGreaterThan(before);
    expect(outdone).toBeLessThan(before);
    expect(calibratedWinRates(Float32Array.of(3), Float64Array.of(0.7), Float64Array.of(0.5))[0]).toBeCloseTo(0.7, 5);
  });
});

describe("pairGradients", () => {
  it("are those of the mean log loss of the pairs with different scores", () => {
    const scores = Float32Array.of(1, 0, Number.NaN, 0.5, 0.5, 1);
    const logits = Float32Array.of(0.3, -0.2, 5, 0.1, 0.4, -0.7);
    const loss = (z: Float32Array): number =>
      // 1 over 0, then the last over each of the two equal ones
      (Math.log1p(Math.exp(z[1] - z[0])) + Math.log1p(Math.exp(z[3] - z[5])) + Math.log1p(Math.exp(z[4] - z[5]))) / 3;
    const gradients = new Float32Array(6);
    expect(pairGradients(gradients, logits, scores, 3)).toBe(3);
    for (let i = 0; i < 6; i++) {
      const shifted = logits.slice();
      shifted[i] += 1e-2;
      const below = logits.slice();
      below[i] -= 1e-2;
      expect(gradients[i]).toBeCloseTo((loss(shifted) - loss(below)) / 2e-2, 3);
    }
  });

  it("is zero without a pair", () => {
    const gradients = new Float32Array(2).fill(7);
    expect(pairGradients(gradients, Float32Array.of(1, 2), Float32Array.of(1, Number.NaN), 2)).toBe(0);
    expect([...gradients]).toEqual([0, 0]);
  });
});

describe("fitSimilarityRanking", () => {
  it("follows the comparisons of the prompts nearby", () => {
    const rows = labelledRows(
      Array.from({ length: 40 }, (_, r) => ({
        x: r % 2 === 0 ? [1, 0] : [0, 1],
        scores: r % 2 === 0 ? [1, 0] : [0, 1],
      })),
    );
    const [a, b, c, d] = fitSimilarityRanking(rows).predict(Float32Array.of(1, 0, 0, 1));
    expect(a).toBeGreaterThan(b + 0.3);
    expect(d).toBeGreaterThan(c + 0.3);
  });
});
