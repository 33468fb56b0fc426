import { describe, expect, it } from "vitest";
import { attention } from "../kernels/attention.js";
import { centralDifferences } from "../kernels/contract/central-differences.js";
import { expectClose } from "../kernels/contract/expect-close.js";
import {
  attentionTwin,
  geluTwin,
  layerNormTwin,
  linearTwin,
  softmaxRowsTwin,
} from "../kernels/contract/float64-twins.js";
import { randomArrays } from "../kernels/contract/random-arrays.js";
import { softmaxRows } from "../kernels/softmax.js";
import { attentionBackward, geluBackward, layerNormBackward, linearBackward, softmaxRowsBackward } from "./backward.js";

// The loss of every check is L = Σ out ⊙ dOut over the forward twin in float64, so that ∂L/∂x is what backward returns
// for dOut, and only the float32 of the backward pass itself stands between the two.

function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}

/** Compares relative to the largest gradient of the array. */
function expectGradient(actual: Float32Array, expected: Float64Array, tolerance = 1e-6): void {
  expectClose(
    actual,
    expected,
    tolerance,
    expected.reduce((max, value) => Math.max(max, Math.abs(value)), 1e-3),
  );
}

const shapes = [
  [1, 1],
  [1, 5],
  [2, 3],
  [7, 13],
  [13, 4],
] as const;

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
    const expected = centralDifferences(() => dot(softmaxRowsTwin(point, rows, columns, temperature), dOut), point);
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
});

describe("geluBackward", () => {
  it("has the gradients of central differences, also in place", () => {
    const x = Float32Array.from({ length: 401 }, (_, i) => -10 + i / 20);
    const dOut = randomArrays(21)(x.length);
    const dX = new Float32Array(x.length);
    geluBackward(dX, dOut, x, x.length);
    const point = Float64Array.from(x);
    expectGradient(
      dX,
      centralDifferences(() => dot(geluTwin(point), dOut), point),
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
});

describe("layerNormBackward", () => {
  it.each([...shapes, [3, 64]] as const)("has the gradients of central differences (%i × %i)", (rows, columns) => {
    const epsilon = 1e-2;
    const draw = randomArrays(22);
    const [x, gain, bias, dOut] = [draw(rows * columns), draw(columns), draw(columns), draw(rows * columns)];
    const dX = new Float32Array(rows * columns);
    const [dGain, dBias] = [new Float32Array(columns), new Float32Array(columns)];
    layerNormBackward(dX, dGain, dBias, dOut, x, gain, rows, columns, epsilon);
    const [x64, gain64, bias64] = [x, gain, bias].map((array) => Float64Array.from(array));
    const loss = (): number => dot(layerNormTwin(x64, gain64, bias64, rows, columns, epsilon), dOut);
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
});

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
    const loss = (): number => dot(linearTwin(x64, weight64, bias64, rows, inputs, outputs), dOut);
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
});

describe("attentionBackward", () => {
  it.each([
    [1, 1, 1, 1],
    [1, 4, 3, 2],
    [5, 3, 8, 4],
    [13, 17, 6, 5],
  ])("has the gradients of central differences (B %i, N %i, K %i, V %i)", (B, N, K, V) => {
    const temperature = 1.3;
    const draw = randomArrays(24);
    const [q, k, v, dOut] = [draw(B * K), draw(N * K), draw(N * V), draw(B * V)];
    const [out, weights] = [new Float32Array(B * V), new Float32Array(B * N)];
    attention(out, weights, q, k, v, B, N, K, V, temperature);
    const [dQ, dK, dV, scratch] = [q, k, v, weights].map((array) => new Float32Array(array.length).fill(9));
    attentionBackward(dQ, dK, dV, scratch, dOut, weights, q, k, v, B, N, K, V, temperature);
    const [q64, k64, v64] = [q, k, v].map((array) => Float64Array.from(array));
    const loss = (): number => dot(attentionTwin(q64, k64, v64, B, N, K, V, temperature).out, dOut);
    expectGradient(dQ, centralDifferences(loss, q64), 3e-6);
    expectGradient(dK, centralDifferences(loss, k64), 3e-6);
    expectGradient(dV, centralDifferences(loss, v64), 3e-6);
  });
});

describe("every backward pass", () => {
  const make = (length: number): Float32Array => new Float32Array(length);

  it.each([
    ["softmaxRowsBackward: dX", () => softmaxRowsBackward(make(5), make(6), make(6), 2, 3, 1)],
    ["softmaxRowsBackward: dOut", () => softmaxRowsBackward(make(6), make(5), make(6), 2, 3, 1)],
    ["softmaxRowsBackward: out", () => softmaxRowsBackward(make(6), make(6), make(5), 2, 3, 1)],
    ["geluBackward: dX", () => geluBackward(make(5), make(6), make(6), 6)],
    ["geluBackward: dOut", () => geluBackward(make(6), make(5), make(6), 6)],
    ["geluBackward: x", () => geluBackward(make(6), make(6), make(5), 6)],
    ["layerNormBackward: dX", () => layerNormBackward(make(5), make(3), make(3), make(6), make(6), make(3), 2, 3, 1)],
    [
      "layerNormBackward: dGain",
      () => layerNormBackward(make(6), make(2), make(3), make(6), make(6), make(3), 2, 3, 1),
    ],
    [
      "layerNormBackward: dBias",
      () => layerNormBackward(make(6), make(3), make(2), make(6), make(6), make(3), 2, 3, 1),
    ],
    ["layerNormBackward: dOut", () => layerNormBackward(make(6), make(3), make(3), make(5), make(6), make(3), 2, 3, 1)],
    ["layerNormBackward: x", () => layerNormBackward(make(6), make(3), make(3), make(6), make(5), make(3), 2, 3, 1)],
    ["layerNormBackward: gain", () => layerNormBackward(make(6), make(3), make(3), make(6), make(6), make(2), 2, 3, 1)],
    ["linearBackward: dBias", () => linearBackward(make(4), make(6), make(2), make(6), make(4), make(6), 2, 2, 3)],
  ])("names the buffer that is too short: %s", (where, run) => {
    expect(run).toThrow(`${where}: length is`);
  });
});
