import { createRandom } from "@onehead/core/training";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { logLoss } from "./log-loss.js";
import { Reliability } from "./reliability.js";
import { selectionOf } from "./selection.js";

function reliabilityOf(entries: readonly (readonly [prediction: number, score: number])[]): Reliability {
  const reliability = new Reliability();
  for (const [prediction, score] of entries) reliability.add(prediction, score);
  return reliability;
}

/** The specification: sort, cut into bins of equal size, compare means. Needs a whole number of entries a bin. */
function naiveError(entries: readonly (readonly [number, number])[], bins: number): number {
  const sorted = [...entries].sort((a, b) => a[0] - b[0]);
  const size = sorted.length / bins;
  let error = 0;
  for (let b = 0; b < bins; b++) {
    const bin = sorted.slice(b * size, (b + 1) * size);
    const mean = (k: 0 | 1) => bin.reduce((sum, entry) => sum + entry[k], 0) / size;
    error += Math.abs(mean(0) - mean(1)) / bins;
  }
  return error;
}

describe("Reliability", () => {
  it("weighs the gap of means in each bin by the bin's share", () => {
    // two bins: {.1, .3} against {0, 1}: |.2 − .5| = .3; {.6, .8} against {1, 1}: |.7 − 1| = .3; mean .3
    const reliability = reliabilityOf([
      [0.8, 1],
      [0.1, 0],
      [0.6, 1],
      [0.3, 1],
    ]);
    expect(reliability.error(2)).toBeCloseTo(0.3, 12);
    expect(reliability.bins(2)).toEqual([
      { count: 2, predicted: expect.closeTo(0.2, 12), observed: 0.5 },
      { count: 2, predicted: expect.closeTo(0.7, 12), observed: 1 },
    ]);
  });

  it("splits an entry between bins where the mass does not divide", () => {
    // three entries in two bins: 1.5 each, the middle one is halved: (.2 + .25)/1.5 = .3, (0 + .5)/1.5 = 1/3
    const [low, high] = reliabilityOf([
      [0.2, 0],
      [0.5, 1],
      [0.8, 1],
    ]).bins(2);
    expect(low).toEqual({ count: 1.5, predicted: expect.closeTo(0.3, 12), observed: expect.closeTo(1 / 3, 12) });
    expect(high).toEqual({ count: 1.5, predicted: expect.closeTo(0.7, 12), observed: expect.closeTo(1, 12) });
  });

  it("agrees with sorting for any entries", () => {
    // one prediction a cell: what shares a cell counts as equal, which sorting does not know
    const cells = fc.uniqueArray(fc.integer({ min: 0, max: 65_535 }), { minLength: 15, maxLength: 90 });
    fc.assert(
      fc.property(cells, fc.infiniteStream(fc.constantFrom(0, 0.25, 1)), (chosen, scores) => {
        const whole = chosen
          .slice(0, chosen.length - (chosen.length % 15))
          .map((cell): [number, number] => [(cell + 0.5) / 65_536, scores.next().value]);
        expect(reliabilityOf(whole).error(15)).toBeCloseTo(naiveError(whole, 15), 9);
      }),
    );
  });

  it("does not depend on the order of entries, equal predictions included", () => {
    const entry = fc.tuple(fc.constantFrom(0, 0.2, 0.5, 1), fc.constantFrom(0, 1));
    fc.assert(
      fc.property(fc.array(entry, { minLength: 1 }), (entries) => {
        expect(reliabilityOf([...entries].reverse()).error()).toBeCloseTo(reliabilityOf(entries).error(), 12);
      }),
    );
  });

  it("knows how far perfect predictions stray by chance", () => {
    const random = createRandom(5);
    const entries = Array.from({ length: 3000 }, (): [number, number] => {
      const p = random.uniform();
      return [p, random.uniform() < p ? 1 : 0];
    });
    const reliability = reliabilityOf(entries);
    // a bin of 200 has a mean |gap| of √(2/π) · √(p(1 − p)/200), on the mean over p √(2/π) · (π/8) / √200 = .0222
    expect(reliability.errorIfCalibrated(1, 15, 200)).toBeGreaterThan(0.021);
    expect(reliability.errorIfCalibrated(1, 15, 200)).toBeLessThan(0.0235);
    expect(reliability.errorIfCalibrated(1)).toBe(reliability.errorIfCalibrated(1));
    expect(Math.abs(reliability.error() - 0.0222)).toBeLessThan(0.012);
  });

  it.each([0, 0.0005, 0.5, 0.9995, 1])("draws many equal predictions of %d without bias", (p) => {
    const reliability = new Reliability();
    for (let i = 0; i < 60_000; i++) reliability.add(p, 0);
    // one bin: mean |successes/n − p| is √(2/π) · √(p(1 − p)/n); 300 simulations know it to 5 %
    const expected = Math.sqrt((2 / Math.PI) * ((p * (1 - p)) / 60_000));
    const found = reliability.errorIfCalibrated(3, 1, 300);
    expect(Math.abs(found - expected)).toBeLessThanOrEqual(expected * 0.2);
  });

  it("has no bins and no error without entries", () => {
    expect(new Reliability().bins()).toEqual([]);
    expect(new Reliability().error()).toBeNaN();
  });
});

describe("logLoss", () => {
  it("is the cross-entropy of a score, which may be a fraction", () => {
    expect(logLoss(0.8, 1)).toBeCloseTo(-Math.log(0.8), 15);
    expect(logLoss(0.8, 0.25)).toBeCloseTo(-(0.25 * Math.log(0.8) + 0.75 * Math.log(0.2)), 15);
  });

  it("bounds what a certain mistake costs", () => {
    expect(logLoss(0, 1)).toBeCloseTo(Math.log(1000), 12);
    expect(logLoss(1, 0)).toBeCloseTo(Math.log(1000), 12);
  });
});

describe("selectionOf", () => {
  it("has entropy 0 for one model, 1 for an even spread", () => {
    const { share, entropy } = selectionOf([4, 0, 2, 2, 3, 1], 2);
    expect(Array.from(share)).toEqual([1, 0, 0.5, 0.5, 0.75, 0.25]);
    // −(.75 ln .75 + .25 ln .25)/ln 2 = .8113
    expect(Array.from(entropy)).toEqual([0, 1, expect.closeTo(0.8113, 4)]);
  });

  it("is 0 for a pool of one", () => {
    expect(Array.from(selectionOf([5], 1).entropy)).toEqual([0]);
  });
});
