import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { CostQualityPoint } from "../curve/cost-quality-point.js";
import { bestSetting } from "./best-setting.js";
import { qualityNeutralCost } from "./quality-neutral-cost.js";

const at = (costUsd: number, quality: number): CostQualityPoint => ({ costUsd, quality });

describe("qualityNeutralCost", () => {
  it("takes the cheapest setting that is as good", () => {
    // settings 1 (.8 at 3) and 2 (.85 at 2) reach .8; the cheaper is 2: 2/4
    const points = [at(1, 0.5), at(3, 0.8), at(2, 0.85), at(5, 0.9)];
    expect(qualityNeutralCost(points, at(4, 0.8))).toEqual({ ratio: 0.5, reached: true, setting: 2, quality: 0.85 });
  });

  it("falls back to the model itself, marked, where no setting is as good", () => {
    const fallback = { ratio: 1, reached: false, setting: null, quality: 0.9 };
    expect(qualityNeutralCost([at(1, 0.5)], at(4, 0.9))).toEqual(fallback);
  });

  it("pays on other rows for a setting chosen on validation rows", () => {
    // chosen: setting 1 (.8 ≥ .8); on test rows it costs 3 against the model's 6 and yields .7
    const paid = { points: [at(1, 0.9), at(3, 0.7)], model: at(6, 0.85) };
    expect(qualityNeutralCost([at(1, 0.5), at(2, 0.8)], at(4, 0.8), paid)).toEqual({
      ratio: 0.5,
      reached: true,
      setting: 1,
      quality: 0.7,
    });
  });

  it("is 1 against a free model", () => {
    expect(qualityNeutralCost([at(0, 0.9)], at(0, 0.9)).ratio).toBe(1);
  });

  it("is at most 1 for a sweep that contains the model itself", () => {
    const point = fc.record({
      costUsd: fc.double({ min: 0, max: 9, noNaN: true }),
      quality: fc.double({ min: 0, max: 1, noNaN: true }),
    });
    fc.assert(
      fc.property(fc.array(point, { minLength: 1 }), fc.nat(), (points, pick) => {
        const { ratio, reached } = qualityNeutralCost(points, points[pick % points.length]);
        expect(reached).toBe(true);
        expect(ratio).toBeLessThanOrEqual(1);
      }),
    );
  });
});

describe("bestSetting", () => {
  it("is the highest quality, of equals the cheaper, of equals the first", () => {
    expect(bestSetting([at(1, 0.5), at(3, 0.8), at(2, 0.8), at(2, 0.8)])).toBe(2);
  });

  it("refuses no points", () => {
    expect(() => bestSetting([])).toThrow("bestSetting: no points");
  });
});
