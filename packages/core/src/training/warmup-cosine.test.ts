import { describe, expect, it } from "vitest";
import { warmupCosine } from "./warmup-cosine.js";

describe("warmupCosine", () => {
  it("agrees with values worked out by hand", () => {
    // 4 steps of warm-up, 8 of cosine down to 0.2
    expect(warmupCosine(1, 4, 12, 0.2)).toBe(0.25);
    expect(warmupCosine(4, 4, 12, 0.2)).toBe(1);
    // a quarter, half and all of the way: 0.2 + 0.8 · ½ (1 + cos 45°, 90°, 180°)
    expect(warmupCosine(6, 4, 12, 0.2)).toBeCloseTo(0.2 + 0.4 * (1 + Math.SQRT1_2), 12);
    expect(warmupCosine(8, 4, 12, 0.2)).toBeCloseTo(0.6, 12);
    expect(warmupCosine(12, 4, 12, 0.2)).toBeCloseTo(0.2, 12);
  });

  it("stays at the floor beyond the last step", () => {
    expect(warmupCosine(13, 4, 12, 0.2)).toBeCloseTo(0.2, 12);
    expect(warmupCosine(1e9, 4, 12, 0.2)).toBeCloseTo(0.2, 12);
  });

  it("never falls during the warm-up and never rises after it", () => {
    for (let step = 2; step <= 100; step++) {
      const change = warmupCosine(step, 10, 100, 0.05) - warmupCosine(step - 1, 10, 100, 0.05);
      expect(Math.sign(change) === (step <= 10 ? 1 : -1)).toBe(true);
    }
  });

  it("is finite where the warm-up is the whole run, or there is none", () => {
    expect(warmupCosine(5, 5, 5, 0.1)).toBe(1);
    expect(warmupCosine(6, 5, 5, 0.1)).toBeCloseTo(0.1, 12);
    expect(warmupCosine(0, 0, 1, 0.1)).toBe(1);
    expect(warmupCosine(1, 0, 1, 0.1)).toBeCloseTo(0.1, 12);
  });
});
