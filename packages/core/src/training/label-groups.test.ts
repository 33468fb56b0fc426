import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { labelGroups } from "./label-groups.js";

const unknown = Number.NaN;

describe("labelGroups", () => {
  it("puts columns known on the same rows together", () => {
    const values = Float32Array.of(1, unknown, 1, unknown, 2, unknown, 2, unknown, 3, 3, 3, unknown);
    expect(labelGroups(values, 4)).toEqual([
      { columns: [0, 2], rows: Int32Array.of(0, 1, 2) },
      { columns: [1], rows: Int32Array.of(2) },
      { columns: [3], rows: new Int32Array(0) },
    ]);
  });

  it("holds every column once, and every row of a group is known in all its columns", () => {
    const masks = fc.array(fc.tuple(fc.boolean(), fc.boolean(), fc.boolean(), fc.boolean()), {
      minLength: 1,
      maxLength: 6,
    });
    fc.assert(
      fc.property(masks, (rows) => {
        const values = Float32Array.from(rows.flat(), (isKnown) => (isKnown ? 1 : unknown));
        const groups = labelGroups(values, 4);
        expect(groups.flatMap((group) => group.columns).sort()).toEqual([0, 1, 2, 3]);
        for (const group of groups) {
          for (const c of group.columns) {
            expect([...group.rows]).toEqual(rows.flatMap((row, r) => (row[c] ? [r] : [])));
          }
        }
      }),
    );
  });
});
