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
  // what the prior of two sources holds: 2·c·τ = 2·√0.005
  const hold = 2 * Math.sqrt(0.005);

  test("is the weighted mean less what the prior holds back where nobody is an outlier", () => {
    // four sources of weight 50 / (50 + 50) = ½ and residual 0.2: 4·½·(0.2 − μ) = 0.14142, so μ = 0.12929
    const pairs = Array.from({ length: 4 }, () => [0.2, halfWeightScores] as const);
    expect(shiftOf(pairs)).toBeCloseTo(0.12929, 5);
  });

  test("holds an outlier to its limit", () => {
    // a fifth at −1 pulls back by ½·(√0.005/√½ + 1/50) = 0.06: 2·(0.2 − μ) = 0.14142 + 0.06, so μ = 0.09929
    const pairs = Array.from({ length: 4 }, () => [0.2, halfWeightScores] as const);
    expect(shiftOf([...pairs, [-1, halfWeightScores]])).toBeCloseTo(0.09929, 5);
  });

  test("solves its equation", () => {
    const clip = (x: number, limit: number): number => Math.max(-limit, Math.min(x, limit));
    fc.assert(
      fc.property(sources(1), fc.double({ min: 0.01, max: 5, noNaN: true }), (pairs, prior) => {
        const tau = Math.sqrt(0.25 / halfWeightScores);
        const rising = pairs.map(([, n]) => sourceWeight(n)).sort((a, b) => a - b);
        const heaviest = Math.min(rising[rising.length - 1], 2 * rising[pairs.length >> 1]);
        const pullAt = (mu: number): number =>
          pairs.reduce((pull, [d, n]) => {
            const limit = tau / Math.sqrt(sourceWeight(n)) + 1 / n;
            return pull + Math.min(sourceWeight(n), heaviest) * clip(d - mu, limit);
          }, 0);
        const shift = shiftOf(pairs, prior);
        if (shift === 0) {
          expect(Math.abs(pullAt(0))).toBeLessThanOrEqual(prior * tau);
          return;
        }
        const sign = Math.sign(shift);
        expect(sign * pullAt(shift - sign * 1e-6)).toBeGreaterThanOrEqual(prior * tau - 1e-9);
        expect(sign * pullAt(shift + sign * 1e-6)).toBeLessThanOrEqual(prior * tau + 1e-9);
      }),
    );
  });

  test("lies between 0 and what the sources say", () => {
    fc.assert(
      fc.property(sources(1), (pairs) => {
        const said = [0, ...pairs.map(([d]) => d)];
        expect(shiftOf(pairs)).toBeGreaterThanOrEqual(Math.min(...said) - 1e-6);
        expect(shiftOf(pairs)).toBeLessThanOrEqual(Math.max(...said) + 1e-6);
      }),
    );
  });

  test("one source alone moves nothing against the default prior, whatever it says and however often", () => {
    fc.assert(
      fc.property(mean, scores, (d, n) => {
        expect(shiftOf([[d, n]])).toBe(0);
      }),
    );
    expect(Math.sqrt(0.005) + 1 / 50).toBeLessThan(hold);
  });

  test("nor does it among others that agree with the prediction, however few", () => {
    fc.assert(
      fc.property(mean, scores, fc.array(scores, { minLength: 1, maxLength: 30 }), (d, n, others) => {
        expect(shiftOf([[d, n], ...others.map((count) => [0, count] as const)])).toBe(0);
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

  test("below the quorum nothing moves, and floods cannot make up for what the others have not said", () => {
    const flood = [-1, 1000] as const;
    expect(shiftOf([flood, flood], 0.01, 3)).toBe(0);
    // the third heaviest has one score: nobody weighs more
    const shy = shiftOf([flood, flood, [0, 1]], 0.01, 3);
    expect(shy).toBeLessThan(0);
    expect(shiftOf([flood, flood, [0, 1], [0, 1], [0, 1]], 0.05, 3)).toBeGreaterThan(shy);
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
