import { describe, expect, it } from "vitest";
import { centralDifferences } from "../kernels/contract/central-differences.js";
import { expectGradient, weightedSum } from "../kernels/contract/expect-gradient.js";
import { linearTwin } from "../kernels/contract/float64-twins.js";
import { randomArrays } from "../kernels/contract/random-arrays.js";
import { linearBackward } from "./linear-backward.js";

describe("linearBackward", () => {
  it.each([
    [1, 1, 1],
    [3, 5, 2],
    [13, 7, 16],
  ])("has the gradients of central differences (%i rows, %i → %i)", (rows, inputs, outputs) => {
    const draw = randomArrays(23);
    const [x, weight, bias] = [draw(rows * inputs), draw(outputs * inputs), draw(outputs)];
    const dOut = draw(rows * outputs);
    const dX = new Float32Array(x.length);
    const [dWeight, dBias] = [new Float32Array(weight.length), new Float32Array(bias.length)];
    linearBackward(dX, dWeight, dBias, dOut, x, weight, rows, inputs, outputs);
    const [x64, weight64, bias64] = [x, weight, bias].map((array) => Float64Array.from(array));
    const loss = (): number => weightedSum(linearTwin(x64, weight64, bias64, rows, inputs, outputs), dOut);
    expectGradient(dX, centralDifferences(loss, x64));
    expectGradient(dWeight, centralDifferences(loss, weight64));
    expectGradient(dBias, centralDifferences(loss, bias64));
  });

  it("adds to dWeight and dBias, sets dX, and does without dX and dBias", () => {
    // x = (2, 3), W = (5, 7), dOut = 10: dX = (50, 70), dW = (20, 30), db = 10
    const [x, weight, dOut] = [Float32Array.of(2, 3), Float32Array.of(5, 7), Float32Array.of(10)];
    const [dX, dWeight, dBias] = [Float32Array.of(1, 1), Float32Array.of(1, 1), Float32Array.of(1)];
    linearBackward(dX, dWeight, dBias, dOut, x, weight, 1, 2, 1);
    expect([...dX, ...dWeight, ...dBias]).toEqual([50, 70, 21, 31, 11]);
    linearBackward(null, dWeight, null, dOut, x, weight, 1, 2, 1);
    expect([...dX, ...dWeight, ...dBias]).toEqual([50, 70, 41, 61, 11]);
  });

  it.each(["dX", "dWeight", "dBias", "dOut", "x", "weight"])("names %s when it is too short", (field) => {
    // 2 rows, 5 inputs, 3 outputs
    const lengths = { dX: 10, dWeight: 15, dBias: 3, dOut: 6, x: 10, weight: 15 };
    const make = (name: keyof typeof lengths): Float32Array =>
      new Float32Array(lengths[name] - (name === field ? 1 : 0));
    const [dX, dWeight, dBias, dOut, x, weight] = [
      make("dX"),
      make("dWeight"),
      make("dBias"),
      make("dOut"),
      make("x"),
      make("weight"),
    ];
    expect(() => linearBackward(dX, dWeight, dBias, dOut, x, weight, 2, 5, 3)).toThrow(
      `linearBackward: ${field}: length is`,
    );
  });
});
