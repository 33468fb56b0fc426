import { describe, expect, it } from "vitest";
import { randomMix } from "./random-mix.js";
import { singleModel } from "./single-model.js";

const twoRows = Float32Array.of(3, 4, 5, 6);
const noTokens = new Float64Array(2).fill(Number.NaN);

/** The model that the linear reward chooses for row `r` at a willingness to pay. */
function choice(quality: Float32Array, costUsd: Float64Array, models: number, r: number, lambda: number): number {
  let best = 0;
  for (let m = 1; m < models; m++) {
    const reward = (i: number): number => quality[r * models + i] - costUsd[r * models + i] / lambda;
    if (reward(m) > reward(best)) best = m;
  }
  return best;
}

describe("singleModel and randomMix", () => {
  const models = ["a", "b", "c"];

  it("hold to their choice at any willingness to pay", () => {
    const { quality, costUsd } = singleModel(models, 1, 2).predict(twoRows, noTokens);
    for (const lambda of [1e-12, 1, 1e12]) expect(choice(quality, costUsd, 3, 0, lambda)).toBe(1);
  });

  it("draw each model about equally often, by the prompt and the seed alone", () => {
    const rows = 3000;
    const embeddings = Float32Array.from({ length: 2 * rows }, (_, i) => i);
    const draw = (seed: number, part = embeddings): number[] => {
      const { quality, costUsd } = randomMix(3, 2, seed).predict(part, new Float64Array(part.length / 2));
      return Array.from({ length: part.length / 2 }, (_, r) => choice(quality, costUsd, 3, r, 1));
    };
    const all = draw(1);
    // three standard deviations of a binomial count: 3 √(3000 · ⅓ · ⅔) ≈ 77
    for (const m of [0, 1, 2]) expect(Math.abs(all.filter((c) => c === m).length - 1000)).toBeLessThan(78);
    expect(draw(1, embeddings.slice(200, 260))).toEqual(all.slice(100, 130));
    expect(draw(2)).not.toEqual(all);
  });

  it("say that their quality is no estimate", () => {
    expect(singleModel(models, 0, 2)).toMatchObject({ id: "single:a", name: "a", estimatesQuality: false });
    expect(randomMix(3, 2, 1)).toMatchObject({ id: "random", estimatesQuality: false });
  });
});
