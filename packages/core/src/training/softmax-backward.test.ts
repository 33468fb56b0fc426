import { describe, expect, it } from "vitest";
import { centralDifferences } from "../kernels/contract/central-differences.js";
import { expectGradient, weightedSum } from "../kernels/contract/expect-gradient.js";
import { softmaxRowsTwin } from "../kernels/contract/float64-twins.js";
import { randomArrays } from "../kernels/contract/random-arrays.js";
import { softmaxRows } from "../kernels/softmax.js";
import { softmaxRowsBackward } from "./softmax-backward.js";

const shapes = [
  [1, 1],
  [1, 5],
  [2, 3],
  [7, 13],
  [13, 4],
] as const;

const make = (length: number): Float32Array => new Float32Array(length);

describe("softmaxRowsBackward", () => {
  it("agrees with an example worked out by hand", () => {
    // out = (¼, ¾), dOut = (4, 0), Σ dOut out = 1: dX = τ (¼ (4 − 1), ¾ (0 − 1)) = 2 (¾, −¾)
    const dX = new Float32Array(2);
    softmaxRowsBackward(dX, Float32Array.of(4, 0), Float32Array.of(0.25, 0.75), 1, 2, 2);
    expect(Array.from(dX)).toEqual([1.5, -1.5]);
  });

  it.each(shapes)("has the gradients of central differences, also in place (%i × %i)", (rows, columns) => {
    const draw = randomArrays(20);
    const temperature = 1.7;
    const [x, dOut] = [draw(rows * columns), draw(rows * columns)];
    const out = new Float32Array(rows * columns);
    softmaxRows(out, x, rows, columns, temperature);
    const dX = new Float32Array(rows * columns);
    softmaxRowsBackward(dX, dOut, out, rows, columns, temperature);
    const point = Float64Array.from(x);
    const expected = centralDifferences(
      () => weightedSum(softmaxRowsTwin(point, rows, columns, temperature), dOut),
      point,
    );
    expectGradient(dX, expected);
    softmaxRowsBackward(dOut, dOut, out, rows, columns, temperature);
    expect(dOut).toEqual(dX);
  });

  it("gives a masked entry and a row masked altogether no gradient", () => {
    const x = Float32Array.of(0, Number.NEGATIVE_INFINITY, 1, ...new Array(3).fill(Number.NEGATIVE_INFINITY));
    const out = new Float32Array(6);
    softmaxRows(out, x, 2, 3, 1);
    const dX = new Float32Array(6).fill(9);
    softmaxRowsBackward(dX, Float32Array.of(1, 2, 3, 4, 5, 6), out, 2, 3, 1);
    expect(Array.from(dX.subarray(3), Math.abs)).toEqual([0, 0, 0]);
    expect(Math.abs(dX[1])).toBe(0);
    expect(dX[0]).toBeCloseTo(-dX[2], 6);
    expect(dX[2]).toBeGreaterThan(0);
  });

  it.each([
    ["dX", () => softmaxRowsBackward(make(5), make(6), make(6), 2, 3, 1)],
    ["dOut", () => softmaxRowsBackward(make(6), make(5), make(6), 2, 3, 1)],
    ["out", () => softmaxRowsBackward(make(6), make(6), make(5), 2, 3, 1)],
  ])("names %s when it is too short", (field, run) => {
    expect(run).toThrow(`softmaxRowsBackward: ${field}: length is`);
  });
});
