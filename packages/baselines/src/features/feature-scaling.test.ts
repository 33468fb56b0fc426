import { describe, expect, it } from "vitest";
import { fitFeatureScaling, scaleFeatures } from "./feature-scaling.js";

describe("fitFeatureScaling", () => {
  it("centres each column and scales all by one root mean square", () => {
    // deviations ±1 and ±7: √((1 + 49) / 2) = 5
    const rows = Float32Array.of(9, 13, 11, 27);
    const scaling = fitFeatureScaling(rows, 2);
    expect([...scaling.means]).toEqual([10, 20]);
    expect([...scaleFeatures(rows, scaling)].map((x) => Number(x.toFixed(6)))).toEqual([-0.2, -1.4, 0.2, 1.4]);
  });

  it("makes nothing of rows that are equal up to float32 noise", () => {
    const rows = Float32Array.of(0.1, 0.1, 0.1 + 1e-8);
    const scaled = scaleFeatures(Float32Array.of(0.1, 7), fitFeatureScaling(rows, 1));
    expect(scaled.every((value) => value === 0)).toBe(true);
  });
});
