import { argmaxReward } from "@onehead/core";
import { describe, expect, it } from "vitest";
import { labelledRows } from "../../test/labelled-rows.js";
import { randomMix } from "./random-mix.js";
import { singleModel } from "./single-model.js";

const twoRows = Float32Array.of(3, 4, 5, 6);
const noTokens = new Float64Array(2).fill(Number.NaN);

const train = labelledRows([
  { x: [1, 0], scores: [1, 0, 1], costs: [2, 1, 0] },
  { x: [0, 1], scores: [0, 0.5, null], costs: [4, null, null] },
]);

/** The model that is chosen for row `r` at a willingness to pay. */
function choice(quality: Float32Array, costUsd: Float64Array, models: number, r: number, lambda: number): number {
  return argmaxReward({ reward: "linear", lambdaUsd: lambda }, quality, costUsd, models, null, r * models);
}

describe("singleModel and randomMix", () => {
  it("hold to their choice at any willingness to pay", () => {
    const { quality, costUsd } = singleModel(train, 1).predict(twoRows, noTokens);
    for (const lambda of [1e-12, 1, 1e12]) expect(choice(quality, costUsd, 3, 0, lambda)).toBe(1);
  });

  it("predict the means of the chosen model, and nothing of the others", () => {
    const nan = Number.NaN;
    expect(singleModel(train, 0).predict(twoRows, noTokens)).toEqual({
      quality: Float32Array.of(0.5, nan, nan, 0.5, nan, nan),
      costUsd: Float64Array.of(3, nan, nan, 3, nan, nan),
    });
    // a free call still costs a nano-dollar
    const free = singleModel(train, 2).predict(twoRows, noTokens);
    expect([free.quality[2], free.costUsd[2]]).toEqual([1, expect.closeTo(1e-9, 14)]);
    const drawn = randomMix(train, 1).predict(twoRows, noTokens);
    for (const r of [0, 1]) {
      const chosen = choice(drawn.quality, drawn.costUsd, 3, r, 1);
      expect(drawn.quality[3 * r + chosen]).toBe([0.5, 0.25, 1][chosen]);
    }
    const withoutCosts = labelledRows([{ x: [1, 0], scores: [1, 0, 1] }]);
    const { quality, costUsd } = singleModel(withoutCosts, 0).predict(twoRows, noTokens);
    expect(choice(quality, costUsd, 3, 0, 1)).toBe(-1);
  });

  it("draw each model about equally often, by the prompt and the seed alone", () => {
    const rows = 3000;
    const embeddings = Float32Array.from({ length: 2 * rows }, (_, i) => i);
    const draw = (seed: number, part = embeddings): number[] => {
      const { quality, costUsd } = randomMix(train, seed).predict(part, new Float64Array(part.length / 2));
      return Array.from({ length: part.length / 2 }, (_, r) => choice(quality, costUsd, 3, r, 1));
    };
    const all = draw(1);
    // three standard deviations of a binomial count: 3 √(3000 · ⅓ · ⅔) ≈ 77
    for (const m of [0, 1, 2]) expect(Math.abs(all.filter((c) => c === m).length - 1000)).toBeLessThan(78);
    expect(draw(1, embeddings.slice(200, 260))).toEqual(all.slice(100, 130));
    expect(draw(2)).not.toEqual(all);
  });

  it("say that their quality is no estimate", () => {
    expect(singleModel(train, 0)).toMatchObject({ id: "single:a", name: "a", estimatesQuality: false });
    expect(randomMix(train, 1)).toMatchObject({ id: "random", estimatesQuality: false });
  });
});
