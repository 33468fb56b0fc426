import { describe, expect, it } from "vitest";
import { labelledRows } from "../../test/labelled-rows.js";
import { fitMeanCost } from "../cost/mean-cost.js";
import { withCosts } from "../with-costs.js";
import { fitZeroRouter } from "./zero-router.js";

const train = labelledRows([
  { x: [1, 0], scores: [1, 0], costs: [2, 1] },
  { x: [0, 1], scores: [null, 0.5], costs: [4, null] },
]);
const twoRows = Float32Array.of(3, 4, 5, 6);
const noTokens = new Float64Array(2).fill(Number.NaN);

describe("fitZeroRouter", () => {
  it("predicts every model's mean score and, with mean costs, its mean cost", () => {
    const router = withCosts(fitZeroRouter(train), fitMeanCost(train));
    // a: (1) / 1 and (2 + 4) / 2; b: (0 + .5) / 2 and 1 / 1
    expect(router.predict(twoRows, noTokens)).toEqual({
      quality: Float32Array.of(1, 0.25, 1, 0.25),
      costUsd: Float64Array.of(3, 1, 3, 1),
    });
    expect(router.id).toBe("zero");
    expect(router.estimatesQuality).toBe(true);
  });
});
