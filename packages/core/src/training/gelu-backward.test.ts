import { describe, expect, it } from "vitest";
import { centralDifferences } from "../kernels/contract/central-differences.js";
import { expectGradient, weightedSum } from "../kernels/contract/expect-gradient.js";
import { geluTwin } from "../kernels/contract/float64-twins.js";
import { randomArrays } from "../kernels/contract/random-arrays.js";
import { geluBackward } from "./gelu-backward.js";

const make = (length: number): Float32Array => new Float32Array(length);

describe("geluBackward", () => {
  it("has the gradients of central differences, also in place", () => {
    const x = Float32Array.from({ length: 401 }, (_, i) => -10 + i / 20);
    const dOut = randomArrays(21)(x.length);
    const dX = new Float32Array(x.length);
    geluBackward(dX, dOut, x, x.length);
    const point = Float64Array.from(x);
    expectGradient(
      dX,
      centralDifferences(() => weightedSum(geluTwin(point), dOut), point),
    );
    geluBackward(dOut, dOut, x, x.length);
    expect(dOut).toEqual(dX);
  });

  it("is ½ at 0, and 0 and 1 far out, also where the cubic overflows", () => {
    const x = Float32Array.of(0, -25, 25, -3e38, 3e38, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY, Number.NaN);
    const dX = new Float32Array(8);
    geluBackward(dX, new Float32Array(8).fill(2), x, 8);
    expect(Array.from(dX)).toEqual([1, 0, 2, 0, 2, 0, 2, Number.NaN]);
  });

  it.each([
    ["dX", () => geluBackward(make(5), make(6), make(6), 6)],
    ["dOut", () => geluBackward(make(6), make(5), make(6), 6)],
    ["x", () => geluBackward(make(6), make(6), make(5), 6)],
  ])("names %s when it is too short", (field, run) => {
    expect(run).toThrow(`geluBackward: ${field}: length is`);
  });
});
