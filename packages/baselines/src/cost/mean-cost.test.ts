import { describe, expect, it } from "vitest";
import { labelledRows } from "../../test/labelled-rows.js";
import { fitMeanCost } from "./mean-cost.js";

describe("fitMeanCost", () => {
  it("gives a free model a nano-dollar", () => {
    const free = labelledRows([{ x: [1], scores: [1], costs: [0] }]);
    expect([...fitMeanCost(free).predict(Float32Array.of(1), Float64Array.of(7))]).toEqual([Math.fround(1e-9)]);
  });

  it("names a model without a recorded cost", () => {
    const unpriced = labelledRows([{ x: [1], scores: [1, 1], costs: [1, null] }]);
    expect(() => fitMeanCost(unpriced)).toThrow("model has no cost in the training rows: b, expected at least 1 each");
  });
});
