import { describe, expect, it } from "vitest";
import { smearingFactors } from "./smearing-factors.js";

const unknown = Number.NaN;

describe("smearingFactors", () => {
  it("is recorded over predicted cost, within [¼, 4], NaN where too little is known", () => {
    const costs = Float64Array.of(1, 9, 1, unknown, 3, 9, 1, unknown);
    const logs = Float64Array.of(0, 0, 3, 0, 0, 0, 3, 0);
    // (1 + 3) / (1 + 1) = 2; 18 / 2 = 9 → 4; 2 / (2 e³) ≈ 0.05 → ¼
    expect([...smearingFactors(costs, logs, 4, 2)]).toEqual([2, 4, 0.25, unknown]);
    expect([...smearingFactors(costs, logs, 4, 3)]).toEqual([unknown, unknown, unknown, unknown]);
  });
});
