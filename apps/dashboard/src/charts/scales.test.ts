import { describe, expect, it } from "vitest";
import { linearTicks } from "./linear-ticks.js";
import { logScale } from "./log-scale.js";

describe("logScale", () => {
  it("puts equal ratios at equal distances", () => {
    const { at, clamps } = logScale([0.001, 0.1], 0, 100);
    expect(at(0.1) - at(0.01)).toBeCloseTo(at(0.01) - at(0.001), 9);
    expect(clamps).toBe(false);
  });

  it("has room at the left end for what costs nothing", () => {
    const { at, clamps } = logScale([0, 0.001, 0.1], 0, 100);
    expect(clamps).toBe(true);
    expect(at(0)).toBeLessThan(at(0.001));
  });

  it("has ticks within itself, also for one value or none that is above 0", () => {
    for (const values of [[], [0], [0.02], [0.02, 0.03], [1e-7, 3]]) {
      const { ticks, at } = logScale(values, 10, 90);
      expect(ticks.length).toBeGreaterThan(0);
      for (const tick of ticks) {
        expect(at(tick)).toBeGreaterThanOrEqual(10);
        expect(at(tick)).toBeLessThanOrEqual(90);
      }
    }
  });
});

describe("linearTicks", () => {
  it("gives round values", () => {
    expect(linearTicks(0, 1, 4)).toEqual([0, 0.25, 0.5, 0.75, 1]);
    expect(linearTicks(0.31, 0.93, 5)).toEqual([0.4, 0.6, 0.8]);
    expect(linearTicks(0, 37, 4)).toEqual([0, 10, 20, 30]);
  });

  it("survives a range of nothing", () => {
    expect(linearTicks(0.5, 0.5, 4)).toEqual([0.5]);
  });
});
