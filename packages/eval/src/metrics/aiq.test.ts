import { OneheadError } from "@onehead/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { costQualityHull } from "../curve/cost-quality-hull.js";
import type { CostQualityPoint } from "../curve/cost-quality-point.js";
import { costRangeOf } from "../replay/single-models.js";
import { aiq, logAiq } from "./aiq.js";
import { aiqHeldOut } from "./aiq-held-out.js";
import { aiqRepository } from "./aiq-repository.js";

const at = (costUsd: number, quality: number): CostQualityPoint => ({ costUsd, quality });
const range = { minCostUsd: 1, maxCostUsd: 4, cheapestPoint: at(1, 0.4) };

/** On a grid, so that values are equal or clearly apart: a range a few roundings wide has no digits to compare. */
const models = fc.array(
  fc.record({
    costUsd: fc.integer({ min: 1, max: 100_000 }).map((cost) => cost / 100_000),
    quality: fc.integer({ min: 0, max: 1000 }).map((quality) => quality / 1000),
  }),
  { minLength: 1, maxLength: 12 },
);

function codeOf(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    if (OneheadError.isInstance(error)) return error.code;
    throw error;
  }
  return "nothing thrown";
}

describe("aiq", () => {
  it("is the area below the hull over its width", () => {
    // hull (1, .4) (2, .8), flat to 4; area (.4 + .8)/2 · 1 + .8 · 2 = .6 + 1.6 = 2.2 over 3
    expect(aiq([at(2, 0.8), at(3, 0.7)], range)).toBeCloseTo(2.2 / 3, 15);
  });

  it("follows a segment that leaves the range on either side", () => {
    // points left of c_min and right of c_max: h from (.5, .3) over (1, .4)? the line (.5, .3)–(6, .85) has slope .1 and is
    // .35 at 1, below .4; hull (.5, .3) (1, .4) (6, .85), slope .09: h(4) = .4 + .27 = .67; mean (.4 + .67)/2
    expect(aiq([at(0.5, 0.3), at(6, 0.85)], range)).toBeCloseTo(0.535, 15);
  });

  it("is the cheapest model's quality without points", () => {
    expect(aiq([], range)).toBeCloseTo(0.4, 15);
  });

  it("is the height of the hull where all models cost the same", () => {
    const flat = { minCostUsd: 2, maxCostUsd: 2, cheapestPoint: at(2, 0.4) };
    expect(aiq([at(1, 0.3), at(3, 0.9)], flat)).toBeCloseTo(0.6, 15);
    expect(logAiq([at(1, 0.3), at(3, 0.9)], flat)).toBeCloseTo(0.6, 15);
  });

  it("does not depend on the unit of cost, on either axis", () => {
    fc.assert(
      fc.property(models, models, fc.double({ min: 1e-3, max: 1e3, noNaN: true }), (pool, points, unit) => {
        const scaled = (list: CostQualityPoint[]) => list.map(({ costUsd, quality }) => at(costUsd * unit, quality));
        for (const measure of [aiq, logAiq]) {
          const [one, other] = [measure(points, costRangeOf(pool)), measure(scaled(points), costRangeOf(scaled(pool)))];
          expect(other).toBeCloseTo(one, 9);
        }
      }),
    );
  });

  it("never falls when a point is added, and lies between the qualities of the hull", () => {
    fc.assert(
      fc.property(models, models, (pool, points) => {
        const costs = costRangeOf(pool);
        const all = aiq([...pool, ...points], costs);
        expect(all).toBeGreaterThanOrEqual(aiq(points, costs) - 1e-12);
        expect(all).toBeLessThanOrEqual(Math.max(...[...pool, ...points].map(({ quality }) => quality)) + 1e-12);
      }),
    );
  });

  it("of the zero router never changes when a dominated model joins within the range of costs", () => {
    fc.assert(
      fc.property(models, fc.nat(), fc.double({ min: 0, max: 1, noNaN: true }), (pool, pick, share) => {
        const costs = costRangeOf(pool);
        const over = pool[pick % pool.length];
        const dominated = at(
          Math.min(costs.maxCostUsd, over.costUsd + share * (costs.maxCostUsd - over.costUsd)),
          over.quality * share,
        );
        const joined = [...pool, dominated];
        expect(costQualityHull(joined).map(({ costUsd, quality }) => [costUsd, quality])).toEqual(
          costQualityHull(pool).map(({ costUsd, quality }) => [costUsd, quality]),
        );
        expect(aiq(joined, costRangeOf(joined))).toBeCloseTo(aiq(pool, costs), 12);
      }),
    );
  });

  it.each([
    ["a quality that is NaN", () => aiq([at(2, Number.NaN)], range)],
    ["a negative cost", () => aiq([at(-1, 0.5)], range)],
    ["an infinite cost", () => aiq([at(Number.POSITIVE_INFINITY, 0.5)], range)],
    ["a range that falls", () => aiq([], { ...range, maxCostUsd: 0.5 })],
    ["a range of NaN", () => aiq([], { ...range, minCostUsd: Number.NaN })],
    ["a cheapest point right of the range", () => aiq([], { ...range, cheapestPoint: at(3, 0.4) })],
    ["a free model on a log axis", () => logAiq([], { ...range, minCostUsd: 0, cheapestPoint: at(0, 0.4) })],
    ["no validation points", () => aiqHeldOut([], [], range)],
    ["sweeps of different length", () => aiqHeldOut([at(1, 0.5)], [at(1, 0.5), at(2, 0.6)], range)],
    ["a router without points", () => aiqRepository([[at(1, 0.5)], []])],
  ])("refuses %s", (_, action) => {
    expect(codeOf(action)).toBe("invalid-argument");
  });
});

describe("logAiq", () => {
  it("is the integral over log cost of the hull in linear cost", () => {
    // hull (1, .4) (2, .8), flat to 4. On [1, 2] h = .4c, ∫ .4c dc/c = .4; on [2, 4] .8 ln 2; over ln 4 = 2 ln 2
    const expected = (0.4 + 0.8 * Math.LN2) / (2 * Math.LN2);
    expect(logAiq([at(2, 0.8), at(3, 0.7)], range)).toBeCloseTo(expected, 15);
  });

  it("is below aiq for a rising hull: the log axis counts the cheap end more", () => {
    expect(logAiq([at(4, 0.9)], range)).toBeLessThan(aiq([at(4, 0.9)], range));
  });
});

describe("aiqHeldOut", () => {
  it("measures on test rows what validation rows chose", () => {
    // validation hull (1, .4) (2, .8): settings 0 and 1; 2 is below it. On test rows setting 1 costs 3 and yields .7 though
    // setting 2, with .9, would have been the hull: line (1, .5) (3, .7), flat to 4: (1.2 + .7)/3
    const validation = [at(1, 0.4), at(2, 0.8), at(3, 0.7)];
    const test = [at(1, 0.5), at(3, 0.7), at(2, 0.9)];
    expect(aiqHeldOut(validation, test, range)).toBeCloseTo(1.9 / 3, 15);
  });

  it("starts at the cheapest model where every chosen setting is dearer", () => {
    // (1, .4) is added on the left of the one setting (2, .6): (.5 + 1.2)/3
    expect(aiqHeldOut([at(2, 0.8)], [at(2, 0.6)], range)).toBeCloseTo(1.7 / 3, 15);
  });

  it("equals aiq where validation and test rows agree and the cheapest model is a setting", () => {
    fc.assert(
      fc.property(models, (pool) => {
        expect(aiqHeldOut(pool, pool, costRangeOf(pool))).toBeCloseTo(aiq(pool, costRangeOf(pool)), 12);
      }),
    );
  });

  it("is never above aiq: hindsight only helps", () => {
    fc.assert(
      fc.property(models, models, (first, second) => {
        const length = Math.min(first.length, second.length);
        const [validation, test] = [first.slice(0, length), second.slice(0, length)];
        const costs = costRangeOf(test);
        expect(aiqHeldOut(validation, test, costs)).toBeLessThanOrEqual(aiq(test, costs) + 1e-12);
      }),
    );
  });
});

it("names a range without its cheapest point", () => {
  for (const cheapestPoint of [undefined, null]) {
    const range = { minCostUsd: 0, maxCostUsd: 1, cheapestPoint: cheapestPoint as never };
    const message = `range.cheapestPoint: ${cheapestPoint}, expected a point of cost and quality`;
    expect(() => aiq([], range)).toThrow(`aiq: ${message}`);
    expect(() => logAiq([], range)).toThrow(`logAiq: ${message}`);
  }
});

describe("aiqRepository", () => {
  it("divides by the highest cost of the set and counts nothing left of a router's own cheapest point", () => {
    // x_max = 4 from the second router. First: (1, .4) (2, .8) flat to 4: (.6 + 1.6)/4. Second: (2, .5) to (4, .9): 1.4/4
    const values = aiqRepository([
      [at(1, 0.4), at(2, 0.8), at(3, 0.7)],
      [at(2, 0.5), at(4, 0.9)],
    ]);
    expect(values[0]).toBeCloseTo(0.55, 15);
    expect(values[1]).toBeCloseTo(0.35, 15);
  });

  it("equals the repository's way: at every cost the highest line between any two points, as far as it rises", () => {
    /** [cost, height] at each point's cost, from the cheapest on, until the heights fall. */
    const heightsOf = (points: CostQualityPoint[]): [number, number][] => {
      const costs = [...new Set(points.map(({ costUsd }) => costUsd))].sort((a, b) => a - b);
      const heights = costs.map((cost): [number, number] => {
        let height = Math.max(...points.filter(({ costUsd }) => costUsd === cost).map(({ quality }) => quality));
        for (const left of points) {
          for (const right of points) {
            if (!(left.costUsd < cost && cost < right.costUsd)) continue;
            const share = (cost - left.costUsd) / (right.costUsd - left.costUsd);
            height = Math.max(height, left.quality + share * (right.quality - left.quality));
          }
        }
        return [cost, height];
      });
      const fall = heights.findIndex(([, height], i) => i > 0 && height < heights[i - 1][1]);
      return fall < 0 ? heights : heights.slice(0, fall);
    };
    fc.assert(
      fc.property(fc.array(models, { minLength: 1, maxLength: 4 }), (routers) => {
        const lines = routers.map(heightsOf);
        const maxCostUsd = Math.max(...lines.map((line) => line[line.length - 1][0]));
        for (const [router, value] of aiqRepository(routers).entries()) {
          const line = [...lines[router], [maxCostUsd, lines[router][lines[router].length - 1][1]]];
          let area = 0;
          for (let i = 1; i < line.length; i++)
            area += ((line[i][0] - line[i - 1][0]) * (line[i][1] + line[i - 1][1])) / 2;
          expect(value).toBeCloseTo(area / maxCostUsd, 9);
        }
      }),
    );
  });

  it("changes when another router joins the set", () => {
    const router = [at(1, 0.4), at(2, 0.8)];
    expect(aiqRepository([router])[0]).toBeCloseTo(0.6 / 2, 15);
    expect(aiqRepository([router, [at(8, 0.9)]])[0]).toBeCloseTo((0.6 + 6 * 0.8) / 8, 15);
  });

  it("counts a plateau's right end as the highest cost", () => {
    // (1, .5) (3, .5): the repository keeps the second point, so x_max = 3 and the area is 2 · .5
    expect(aiqRepository([[at(1, 0.5), at(3, 0.5)]])[0]).toBeCloseTo(1 / 3, 15);
  });

  it("is 0 where nothing costs anything", () => {
    expect(aiqRepository([[at(0, 0.5)]])).toEqual([0]);
  });
});
