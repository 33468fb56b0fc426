import { describe, expect, it } from "vitest";
import { pairGap } from "./pair-gap.js";

describe("pairGap", () => {
  it("is the area below PGR over the share of strong calls", () => {
    // weak .5, strong .9: at share .5, quality .8 is PGR .75. Polyline (0, 0) (.5, .75) (1, 1):
    // area .5 · .375 + .5 · .875 = .625; half the gap at .5 · .5/.75 = 1/3; .8 at .5 + .5 · .05/.25 = .6
    const gap = pairGap([{ strongShare: 0.5, quality: 0.8 }], 0.5, 0.9);
    expect(gap?.apgr).toBeCloseTo(0.625, 15);
    expect(gap?.cpt50).toBeCloseTo(1 / 3, 15);
    expect(gap?.cpt80).toBeCloseTo(0.6, 15);
  });

  it("is one half for a random mix, whatever the settings", () => {
    const points = [0.9, 0.1, 0.4].map((strongShare) => ({ strongShare, quality: 0.5 + 0.4 * strongShare }));
    expect(pairGap(points, 0.5, 0.9)).toEqual({
      apgr: expect.closeTo(0.5, 14),
      cpt50: expect.closeTo(0.5, 14),
      cpt80: expect.closeTo(0.8, 14),
    });
  });

  it("does not exist without a gap", () => {
    expect(pairGap([], 0.9, 0.9)).toBeNull();
    expect(pairGap([], 0.9, 0.5)).toBeNull();
  });

  it("refuses a share that is none", () => {
    expect(() => pairGap([{ strongShare: 1.1, quality: 0.5 }], 0.1, 0.9)).toThrow("point 0 is not usable");
    expect(() => pairGap([{ strongShare: 1, quality: Number.NaN }], 0.1, 0.9)).toThrow("point 0 is not usable");
  });
});
