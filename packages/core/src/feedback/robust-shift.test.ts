import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ShapeError } from "../errors/shape-error.js";
import { halfWeightScores, robustShift, sourceWeight } from "./robust-shift.js";

const mean = fc.double({ min: -1, max: 1, noNaN: true });
const scores = fc.double({ min: 0.02, max: 5000, noNaN: true });
const sources = (minLength: number) => fc.array(fc.tuple(mean, scores), { minLength, maxLength: 40 });
const shiftOf = (pairs: ReadonlyArray<readonly [number, number]>, prior = 2, quorum = 1): number =>
  robustShift(
    pairs.map(([d]) => d),
    pairs.map(([, n]) => n),
    pairs.length,
    prior,
    quorum,
  );

describe("robustShift", () => {
  test("is the weighted mean with the prior where nobody is an outlier", () => {
    // four sources of weight 50 / (50 + 50) = ½ and residual 0.06: μ = 4·½·0.06 / (4·½ + 2) = 0.03
    const pairs = Array.from({ length: 4 }, () => [0.06, halfWeightScores] as const);
    expect(shiftOf(pairs)).toBeCloseTo(0.03, 6);
  });

  test("holds an outlier to Huber's limit", () => {
    // two sources of weight ½: one at 0, one at −1, whose limit is √0.005 / √½ + 1/50 = 0.12, so it pulls by 0.06
    // ½·(0 − μ) − 0.06 = 2 μ, so μ = −0.06 / 2.5
    expect(
      shiftOf([
        [0, halfWeightScores],
        [-1, halfWeightScores],
      ]),
    ).toBeCloseTo(-0.024, 5);
  });

  test("solves its equation", () => {
    const clip = (x: number, limit: number): number => Math.max(-limit, Math.min(x, limit));
    fc.assert(
      fc.property(sources(1), fc.double({ min: 0.1, max: 5, noNaN: true }), (pairs, prior) => {
        const tau = Math.sqrt(0.25 / halfWeightScores);
        const pullAt = (mu: number): number => {
          let pull = -prior * clip(mu, tau);
          const rising = pairs.map(([, n]) => sourceWeight(n)).sort((a, b) => a - b);
          const heaviest = Math.min(rising[rising.length - 1], 2 * rising[pairs.length >> 1]);
          for (const [d, n] of pairs) {
            const weight = Math.min(sourceWeight(n), heaviest);
            pull += weight * clip(d - mu, tau / Math.sqrt(sourceWeight(n)) + 1 / n);
          }
          return pull;
        };
        const shift = shiftOf(pairs, prior);
        expect(pullAt(shift - 1e-6)).toBeGreaterThanOrEqual(-1e-9);
        expect(pullAt(shift + 1e-6)).toBeLessThanOrEqual(1e-9);
      }),
    );
  });

  test("lies within what the sources and the prior say", () => {
    fc.assert(
      fc.property(sources(1), (pairs) => {
        const said = [0, ...pairs.map(([d]) => d)];
        expect(shiftOf(pairs)).toBeGreaterThanOrEqual(Math.min(...said) - 1e-6);
        expect(shiftOf(pairs)).toBeLessThanOrEqual(Math.max(...said) + 1e-6);
      }),
    );
  });

  test("what one source says, from worst to best and however often, swings it by less than 2 (c·τ + 1/50) / w₀", () => {
    fc.assert(
      fc.property(sources(1), scores, (pairs, n) => {
        const lowest = shiftOf([...pairs, [-1, n]]);
        const highest = shiftOf([...pairs, [1, n]]);
        // beyond the prior's own limit c·τ only the others hold
        fc.pre(lowest > -0.07 && highest < 0.07);
        expect(highest - lowest).toBeLessThanOrEqual((2 * (Math.sqrt(0.005) + 1 / 50)) / 2 + 1e-6);
      }),
    );
  });

  test("falls when a source's mean falls, and turns its sign with all of them", () => {
    fc.assert(
      fc.property(sources(2), mean, (pairs, lower) => {
        const fallen = pairs.map(([d, n], s) => [s === 0 ? Math.min(d, lower) : d, n] as const);
        expect(shiftOf(fallen)).toBeLessThanOrEqual(shiftOf(pairs) + 1e-7);
        expect(shiftOf(pairs.map(([d, n]) => [-d, n] as const))).toBeCloseTo(-shiftOf(pairs), 6);
      }),
    );
  });

  test("below the quorum nothing moves, and one flood cannot make up for what the others have not said", () => {
    const flood = [-1, 1000] as const;
    expect(shiftOf([flood, flood], 2, 3)).toBe(0);
    const withTwoShy = shiftOf([flood, [0, 1], [0, 1]], 2, 3);
    expect(withTwoShy).toBeLessThan(0);
    expect(withTwoShy).toBeGreaterThan(-0.002);
  });

  test("refuses buffers shorter than their count", () => {
    expect(() => robustShift([0], [1], 2, 2, 1)).toThrow(ShapeError);
    expect(() => robustShift([0, 0], [1], 2, 2, 1)).toThrow(ShapeError);
  });
});

test("a source's weight grows with its scores, half at the half-weight, never to 1", () => {
  expect(sourceWeight(0)).toBe(0);
  expect(sourceWeight(halfWeightScores)).toBe(0.5);
  expect(sourceWeight(1e9)).toBeLessThan(1);
});
