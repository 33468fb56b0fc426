import { describe, expect, it } from "vitest";
import { logCosts } from "./log-costs.js";

const unknown = Number.NaN;

describe("logCosts", () => {
  it("counts a free call as a thousandth of the model's mean, a free model as a nano-dollar", () => {
    // column 0: mean (4 + 0) / 2 = 2, so 0 counts as 0.002
    const logs = logCosts(Float64Array.of(4, 0, unknown, 0, 0, 1), 3);
    const expected = [Math.log(4), Math.log(1e-9), unknown, Math.log(0.002), Math.log(1e-9), 0];
    logs.forEach((log, i) => {
      if (Number.isNaN(expected[i])) expect(log).toBeNaN();
      else expect(log).toBeCloseTo(expected[i], 5);
    });
  });
});
