import { describe, expect, it } from "vitest";
import type { BootstrapDraws } from "./bootstrap-aiq.js";
import { gainOverSets } from "./gain-over-sets.js";
import { differenceOf, intervalOf } from "./intervals.js";

/** Draws of two entries "a" and "b": estimates, then one pair a resample. */
function drawsOf(estimate: [number, number], resamples: [number, number][], ids = ["a", "b"]): BootstrapDraws {
  const values = (pair: [number, number]) => ({
    aiq: Float64Array.from(pair),
    logAiq: Float64Array.of(0.5, Number.NaN),
  });
  return { ids, estimate: values(estimate), resamples: resamples.map(values) };
}

const one = drawsOf(
  [0.8, 0.7],
  [
    [0.8, 0.6],
    [0.7, 0.7],
  ],
);
const other = drawsOf(
  [0.6, 0.5],
  [
    [0.6, 0.6],
    [0.5, 0.4],
  ],
);

describe("gainOverSets", () => {
  it("agrees with an example worked out by hand", () => {
    const gain = gainOverSets(
      [
        { draws: one, id: "a", against: "b" },
        { draws: other, id: "a", against: "b" },
      ],
      "aiq",
    )!;
    expect(gain.value).toBeCloseTo(0.7, 12);
    expect(gain.againstValue).toBeCloseTo(0.6, 12);
    expect(gain.difference.value).toBeCloseTo(0.1, 12);
    expect(gain.relative.value).toBeCloseTo(0.1 / 0.6, 12);
    // draws: (.8 + .6)/2 − (.6 + .6)/2 = .1 and (.7 + .5)/2 − (.7 + .4)/2 = .05
    expect(gain.difference.interval[0]).toBeCloseTo(0.05 + 0.025 * 0.05, 12);
    expect(gain.difference.interval[1]).toBeCloseTo(0.1 - 0.025 * 0.05, 12);
  });

  it("is the paired difference for one set", () => {
    const gain = gainOverSets([{ draws: one, id: "a", against: "b" }], "aiq")!;
    const { winShare, ...difference } = differenceOf(one, "aiq", "a", "b")!;
    expect(gain.difference).toEqual(difference);
  });

  it("compares with another entry on each set", () => {
    const named = drawsOf(
      [0.6, 0.5],
      [
        [0.6, 0.6],
        [0.5, 0.4],
      ],
      ["a", "c"],
    );
    const sets = [
      { draws: one, id: "a", against: "b" },
      { draws: named, id: "a", against: "c" },
    ];
    expect(gainOverSets(sets, "aiq")!.againstValue).toBeCloseTo(0.6, 12);
  });

  it("does not exist where a value does not", () => {
    expect(gainOverSets([{ draws: one, id: "a", against: "b" }], "logAiq")).toBeNull();
    const nothing = drawsOf(
      [1, 0],
      [
        [1, 0],
        [1, 0.5],
      ],
    );
    expect(gainOverSets([{ draws: nothing, id: "a", against: "b" }], "aiq")).toBeNull();
  });

  it("refuses draws without two resamples, as intervals of one entry do", () => {
    for (const resamples of [[], [[0.8, 0.6]]] as [number, number][][]) {
      const draws = drawsOf([0.8, 0.7], resamples);
      const message = `resamples: ${resamples.length}, expected at least 2`;
      expect(() => gainOverSets([{ draws, id: "a", against: "b" }], "aiq")).toThrow(message);
      expect(() => intervalOf(draws, "aiq", "a")).toThrow(message);
      expect(() => differenceOf(draws, "aiq", "a", "b")).toThrow(message);
    }
  });

  it("refuses no sets, unknown entries and unequal draws", () => {
    expect(() => gainOverSets([], "aiq")).toThrow("gainOverSets: no sets: 0");
    expect(() => gainOverSets([{ draws: one, id: "a", against: "x" }], "aiq")).toThrow("unknown entry: x");
    const fewer = drawsOf([0.8, 0.7], [[0.8, 0.6]]);
    const sets = [one, fewer].map((draws) => ({ draws, id: "a", against: "b" }));
    expect(() => gainOverSets(sets, "aiq")).toThrow("sets differ: 1 resamples, expected 2 on each");
  });
});
