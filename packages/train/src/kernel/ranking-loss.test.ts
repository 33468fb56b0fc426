import { describe, expect, it } from "vitest";
import { rankingLoss } from "./ranking-loss.js";

const unknown = Number.NaN;

describe("rankingLoss", () => {
  it("is the log loss of the row plus that of its pairs", () => {
    // right at z = 2, wrong at z = −1: −ln σ(2) − ln(1 − σ(−1)) = .1269 + .3133, halved; the pair: −ln σ(3) = .0486
    expect(rankingLoss(Float32Array.of(2, -1), Float32Array.of(1, 0), 2)).toBeCloseTo(0.2201 + 0.0486, 4);
  });

  it("does not change in its pairs when a row gets harder for all", () => {
    const scores = Float32Array.of(1, 0, 0);
    const pairsOf = (shift: number): number => {
      const logits = Float32Array.of(1 + shift, 0.5 + shift, -2 + shift);
      const logLoss = logits.reduce((sum, z, i) => sum + Math.log1p(Math.exp(z)) - scores[i] * z, 0) / 3;
      return rankingLoss(logits, scores, 3) - logLoss;
    };
    expect(pairsOf(3)).toBeCloseTo(pairsOf(0), 5);
  });

  it("leaves out unknown scores and rows without one, and is 0 of nothing", () => {
    const one = rankingLoss(Float32Array.of(2, -1), Float32Array.of(1, 0), 2);
    expect(rankingLoss(Float32Array.of(2, 9, -1), Float32Array.of(1, unknown, 0), 3)).toBeCloseTo(one, 6);
    expect(rankingLoss(Float32Array.of(2, -1, 5, 5), Float32Array.of(1, 0, unknown, unknown), 2)).toBeCloseTo(one, 6);
    expect(rankingLoss(new Float32Array(0), new Float32Array(0), 2)).toBe(0);
    expect(rankingLoss(Float32Array.of(2), Float32Array.of(unknown), 1)).toBe(0);
  });

  it("stays finite at any logit", () => {
    expect(rankingLoss(Float32Array.of(-1000, 1000), Float32Array.of(1, 0), 2)).toBe(3000);
  });
});
