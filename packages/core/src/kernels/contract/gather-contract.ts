import { describe, expect, it } from "vitest";
import type { Backend } from "../backend.js";
import { expectShapeError, guard } from "./guarded.js";
import { randomArrays } from "./random-arrays.js";

export function describeGathering({ gatherColumns }: Backend): void {
  describe("gatherColumns", () => {
    // of all widths, and more than there is room for
    it.each([
      [1, 1],
      [7, 3],
      [384, 47],
      [2500, 11],
      [3, 5000],
      [9000, 500],
    ])("writes the picked columns of %i rows of %i, and nothing else", (rows, columns) => {
      const source = randomArrays(85)(rows * columns);
      for (const picked of [
        [],
        [columns - 1],
        [0, columns - 1, 0],
        Array.from({ length: 40 }, (_, c) => c % columns),
      ]) {
        const [outColumns, outColumn] = [picked.length + 3, 2];
        const out = new Float32Array(rows * outColumns + 1).fill(guard);
        const expected = out.slice();
        for (let r = 0; r < rows; r++) {
          picked.forEach((column, c) => {
            expected[r * outColumns + outColumn + c] = 0.3 * source[r * columns + column];
          });
        }
        gatherColumns(out, outColumns, outColumn, source, rows, columns, picked, 0.3);
        const wrong = out.findIndex((value, i) => Math.abs(value - expected[i]) > 2e-7 * Math.abs(expected[i]));
        expect(wrong, `${picked.length} picked`).toBe(-1);
      }
    });

    it("gives the same bits with a scale of 1", () => {
      const source = randomArrays(86)(30);
      const out = new Float32Array(10);
      gatherColumns(out, 2, 0, source, 5, 6, [4, 1], 1);
      expect([...out]).toEqual([0, 1, 2, 3, 4].flatMap((r) => [source[6 * r + 4], source[6 * r + 1]]));
    });

    it("gives no number for what is not in the matrix", () => {
      const out = new Float32Array(4);
      gatherColumns(out, 2, 0, Float32Array.of(1, 2, 3, 4), 2, 2, [2, 1], 1);
      expect([...out]).toEqual([Number.NaN, 2, Number.NaN, 4]);
      gatherColumns(out, 2, 1, Float32Array.of(1, 2, 3, 4), 2, 2, [-1], 1);
      expect([...out]).toEqual([Number.NaN, Number.NaN, Number.NaN, Number.NaN]);
    });

    it("names what is too short", () => {
      const run = (out: number, source: number) => (): void => {
        gatherColumns(new Float32Array(out), 2, 0, new Float32Array(source), 3, 4, [0, 1], 1);
      };
      expectShapeError(run(5, 12), "gatherColumns: out");
      expectShapeError(run(6, 11), "gatherColumns: source");
      const beyond = (): void => gatherColumns(new Float32Array(6), 2, 1, new Float32Array(12), 3, 4, [0, 1], 1);
      expectShapeError(beyond, "gatherColumns: row of out");
    });
  });
}
