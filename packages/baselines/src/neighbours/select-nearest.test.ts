import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { selectNearest } from "./select-nearest.js";

function nearest(similarities: number[], candidates: number[], k: number): number[] {
  const out = { rows: new Int32Array(k), similarities: new Float64Array(k) };
  const count = selectNearest(out, Float32Array.from(similarities), 0, Int32Array.from(candidates), k);
  return [...out.rows.subarray(0, count)];
}

describe("selectNearest", () => {
  it("puts the most similar first and breaks ties by the earlier row", () => {
    expect(nearest([0.1, 0.9, 0.5, 0.9, 0.5], [0, 1, 2, 3, 4], 4)).toEqual([1, 3, 2, 4]);
  });

  it("orders negative similarities too", () => {
    expect(nearest([-0.1, -0.9, -0.5, 0], [0, 1, 2, 3], 4)).toEqual([3, 0, 2, 1]);
  });

  it("looks at candidates only", () => {
    expect(nearest([0.1, 0.9, 0.5, 0.9, 0.5], [0, 2, 4], 2)).toEqual([2, 4]);
  });

  it("selects all when k exceeds the candidates, none when there are none", () => {
    expect(nearest([3, 1, 2], [0, 1, 2], 10)).toEqual([0, 2, 1]);
    expect(nearest([3, 1, 2], [], 10)).toEqual([]);
  });

  it("equals a full sort, whatever the ties", () => {
    const cases = fc.record({
      // few distinct values, so that most of them tie
      similarities: fc.array(fc.constantFrom(-1, -0.5, -1e-30, -0, 0, 1e-30, 0.25, 1), { minLength: 1, maxLength: 90 }),
      k: fc.integer({ min: 1, max: 70 }),
    });
    fc.assert(
      fc.property(cases, ({ similarities, k }) => {
        const rows = similarities.map((_, i) => i);
        const sorted = [...rows].sort((a, b) => similarities[b] - similarities[a] || a - b).slice(0, k);
        expect(nearest(similarities, rows, k)).toEqual(sorted);
      }),
    );
  });
});
