import { describe, expect, it } from "vitest";
import { centralDifferences } from "../kernels/contract/central-differences.js";
import { expectGradient, weightedSum } from "../kernels/contract/expect-gradient.js";
import { layerNormTwin } from "../kernels/contract/float64-twins.js";
import { randomArrays } from "../kernels/contract/random-arrays.js";
import { layerNormBackward } from "./layer-norm-backward.js";

const shapes = [
  [1, 1],
  [1, 5],
  [2, 3],
  [7, 13],
  [13, 4],
] as const;

describe("layerNormBackward", () => {
  it.each([...shapes, [3, 64]] as const)("has the gradients of central differences (%i × %i)", (rows, columns) => {
    const epsilon = 1e-2;
    const draw = randomArrays(22);
    const [x, gain, bias, dOut] = [draw(rows * columns), draw(columns), draw(columns), draw(rows * columns)];
    const dX = new Float32Array(rows * columns);
    const [dGain, dBias] = [new Float32Array(columns), new Float32Array(columns)];
    layerNormBackward(dX, dGain, dBias, dOut, x, gain, rows, columns, epsilon);
    const [x64, gain64, bias64] = [x, gain, bias].map((array) => Float64Array.from(array));
    const loss = (): number => weightedSum(layerNormTwin(x64, gain64, bias64, rows, columns, epsilon), dOut);
    // dX is a difference of terms of the size of dOut · gain / √ε
    expectGradient(dX, centralDifferences(loss, x64), 5e-6);
    expectGradient(dGain, centralDifferences(loss, gain64));
    expectGradient(dBias, centralDifferences(loss, bias64));
  });

  it("adds to dGain and dBias", () => {
    // x̂ = (−1, 1) for x = (0, 2) and ε = 0; dOut = (3, 5): dGain = (−3, 5), dBias = (3, 5)
    const dGain = Float32Array.of(10, 10);
    const dBias = Float32Array.of(20, 20);
    const ones = Float32Array.of(1, 1);
    layerNormBackward(new Float32Array(2), dGain, dBias, Float32Array.of(3, 5), Float32Array.of(0, 2), ones, 1, 2, 0);
    expect(Array.from(dGain)).toEqual([7, 15]);
    expect(Array.from(dBias)).toEqual([23, 25]);
  });

  it("may write dX over dOut", () => {
    const draw = randomArrays(25);
    const [x, gain, dOut] = [draw(15), draw(5), draw(15)];
    const [dX, dGain, dBias] = [new Float32Array(15), new Float32Array(5), new Float32Array(5)];
    layerNormBackward(dX, dGain, dBias, dOut, x, gain, 3, 5, 1e-5);
    layerNormBackward(dOut, dGain, dBias, dOut, x, gain, 3, 5, 1e-5);
    expect(dOut).toEqual(dX);
  });

  it.each(["dX", "dGain", "dBias", "dOut", "x", "gain"])("names %s when it is too short", (field) => {
    // 2 rows of 3
    const lengths = { dX: 6, dGain: 3, dBias: 3, dOut: 6, x: 6, gain: 3 };
    const make = (name: keyof typeof lengths): Float32Array =>
      new Float32Array(lengths[name] - (name === field ? 1 : 0));
    const [dX, dGain, dBias, dOut, x, gain] = [
      make("dX"),
      make("dGain"),
      make("dBias"),
      make("dOut"),
      make("x"),
      make("gain"),
    ];
    expect(() => layerNormBackward(dX, dGain, dBias, dOut, x, gain, 2, 3, 1)).toThrow(
      `layerNormBackward: ${field}: length is`,
    );
  });
});
