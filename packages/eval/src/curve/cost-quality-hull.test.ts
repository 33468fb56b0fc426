import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { costQualityHull } from "./cost-quality-hull.js";
import type { CostQualityPoint } from "./cost-quality-point.js";
import { costAtQuality, meanOverCost, qualityAtCost } from "./polyline.js";

const at = (costUsd: number, quality: number): CostQualityPoint => ({ costUsd, quality });

/** Grids of few values make ties and collinear points likely. */
const somePoints = fc.array(
  fc.record({ costUsd: fc.integer({ min: 0, max: 20 }), quality: fc.integer({ min: 0, max: 10 }).map((q) => q / 10) }),
  { minLength: 1, maxLength: 30 },
);

describe("costQualityHull", () => {
  it("keeps what no mixture of others beats", () => {
    // from (1, .2) to (5, .8) the line has slope .15: at 2 it is .35 < .5 (kept), at 4 between (2, .5) and (5, .8),
    // slope .1, it is .7 > .6 (dropped); (6, .8) buys nothing, (3, .1) is worse than (2, .5)
    const points = [at(5, 0.8), at(4, 0.6), at(1, 0.2), at(6, 0.8), at(2, 0.5), at(3, 0.1)];
    expect(costQualityHull(points)).toEqual([at(1, 0.2), at(2, 0.5), at(5, 0.8)]);
  });

  it("takes the better of equal costs and drops the middle of a straight line", () => {
    expect(costQualityHull([at(1, 0.1), at(1, 0.25), at(2, 0.5), at(3, 0.75)])).toEqual([at(1, 0.25), at(3, 0.75)]);
  });

  it("is empty for no points and one vertex for one", () => {
    expect(costQualityHull([])).toEqual([]);
    expect(costQualityHull([at(2, 0.5)])).toEqual([at(2, 0.5)]);
  });

  it("is concave, rising, made of its points, and above all of them", () => {
    fc.assert(
      fc.property(somePoints, (points) => {
        const hull = costQualityHull(points);
        for (const vertex of hull) expect(points).toContain(vertex);
        const slopes: number[] = [];
        for (let i = 1; i < hull.length; i++) {
          expect(hull[i].costUsd).toBeGreaterThan(hull[i - 1].costUsd);
          expect(hull[i].quality).toBeGreaterThan(hull[i - 1].quality);
          slopes.push((hull[i].quality - hull[i - 1].quality) / (hull[i].costUsd - hull[i - 1].costUsd));
        }
        for (let i = 1; i < slopes.length; i++) expect(slopes[i]).toBeLessThan(slopes[i - 1] + 1e-12);
        for (const { costUsd, quality } of points) {
          expect(qualityAtCost(hull, costUsd)).toBeGreaterThanOrEqual(quality - 1e-12);
        }
      }),
    );
  });

  it("does not change when a point below it is added", () => {
    fc.assert(
      fc.property(somePoints, fc.double({ min: 0, max: 1, noNaN: true }), fc.nat(), (points, share, pick) => {
        const hull = costQualityHull(points);
        const over = hull[pick % hull.length];
        const dominated = at(over.costUsd + share, over.quality * share);
        expect(costQualityHull([...points, dominated])).toEqual(hull);
      }),
    );
  });
});

describe("polyline", () => {
  const line = [at(1, 0.2), at(2, 0.5), at(5, 0.8)];

  it("interpolates, is flat to the right and unknown to the left", () => {
    expect(qualityAtCost(line, 1)).toBe(0.2);
    expect(qualityAtCost(line, 3.5)).toBeCloseTo(0.65, 15);
    expect(qualityAtCost(line, 9)).toBe(0.8);
    expect(qualityAtCost(line, 0.9)).toBeNaN();
  });

  it("finds the least cost of a quality, and none above the top", () => {
    // .65 is half way from .5 to .8, so half way from 2 to 5
    expect(costAtQuality(line, 0.65)).toBeCloseTo(3.5, 15);
    expect(costAtQuality(line, 0.1)).toBe(1);
    expect(costAtQuality(line, 0.81)).toBeNull();
  });

  it.each(["linear", "log"] as const)("agrees on the %s axis with the sum of many thin slices", (axis) => {
    fc.assert(
      fc.property(somePoints, fc.double({ min: 0.1, max: 5, noNaN: true }), (points, width) => {
        const hull = costQualityHull([at(0, 0), ...points]);
        const [from, to] = [0.5, 0.5 + width];
        const slices = 4000;
        let sum = 0;
        for (let i = 0; i < slices; i++) {
          const share = (i + 0.5) / slices;
          sum += qualityAtCost(hull, axis === "linear" ? from + share * (to - from) : from * (to / from) ** share);
        }
        expect(meanOverCost(hull, from, to, axis)).toBeCloseTo(sum / slices, 5);
      }),
      { numRuns: 30 },
    );
  });

  it("loses no digits over log cost where a piece is a billionth wide", () => {
    // on [c, c(1 + r)] the mean of a rise from 0 to 1 is 1/ln(1 + r) − 1/r ... = 1/2 − r/12 + …: one half for r → 0
    expect(meanOverCost([at(1, 0), at(1 + 1e-9, 1)], 1, 1 + 1e-9, "log")).toBeCloseTo(0.5, 6);
  });
});
