import { describe, expect, it } from "vitest";
import { softUnit } from "./soft-unit.js";

describe("softUnit", () => {
  it("leaves what lies well within 0 and 1", () => {
    for (const x of [0.05, 0.3, 0.95]) expect(softUnit(x)).toBe(x);
  });

  it("rises strictly across and beyond the ends, and stays within 0 and 1 in float32", () => {
    const values = Array.from({ length: 81 }, (_, i) => softUnit(-0.3 + 0.02 * i));
    for (let i = 1; i < values.length; i++) expect(Math.fround(values[i])).toBeGreaterThan(Math.fround(values[i - 1]));
    expect(Math.fround(softUnit(1e6))).toBeLessThanOrEqual(1);
    expect(Math.fround(softUnit(-1e6))).toBeGreaterThanOrEqual(0);
  });

  it("is continuous with slope 1 where it leaves the identity", () => {
    // at 0.95 + h: 1 − 0.05 e^(−20 h) ≈ 0.95 + h
    expect(softUnit(0.95 + 1e-6) - 0.95).toBeCloseTo(1e-6, 9);
    expect(0.05 - softUnit(0.05 - 1e-6)).toBeCloseTo(1e-6, 9);
  });
});
