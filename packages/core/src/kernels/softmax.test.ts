import fc from "fast-check";
import { Matrix } from "ml-matrix";
import { describe, expect, it } from "vitest";
import { expectClose } from "./contract/expect-close.js";
import { randomArrays } from "./contract/random-arrays.js";
import { softmaxRows } from "./softmax.js";

// multiples of 1/16, so that adding two of them is exact
const logit = fc.integer({ min: -800, max: 800 }).map((value) => value / 16);
const row = fc.array(logit, { minLength: 1, maxLength: 20 });

function softmax(x: readonly number[], temperature = 1): Float32Array {
  const out = new Float32Array(x.length);
  softmaxRows(out, Float32Array.from(x), 1, x.length, temperature);
  return out;
}

describe("softmaxRows", () => {
  it("agrees with an example worked out by hand", () => {
    // e^ln 1 : e^ln 2 : e^ln 5 = 1 : 2 : 5, of 8
    expectClose(softmax([0, Math.log(2), Math.log(5)]), [1 / 8, 2 / 8, 5 / 8], 1e-7);
    // τ = 2 squares the ratios: 1 : 4 : 25, of 30
    expectClose(softmax([0, Math.log(2), Math.log(5)], 2), [1 / 30, 4 / 30, 25 / 30], 1e-7);
  });

  it("is invariant to adding a constant to the logits", () => {
    fc.assert(
      fc.property(row, logit, (x, shift) => {
        expect(softmax(x.map((value) => value + shift))).toEqual(softmax(x));
      }),
    );
  });

  it("gives a distribution that keeps the order of the logits", () => {
    fc.assert(
      fc.property(row, fc.double({ min: 0.1, max: 20, noNaN: true }), (x, temperature) => {
        const weights = softmax(x, temperature);
        expectClose([weights.reduce((sum, weight) => sum + weight, 0)], [1], 1e-6);
        for (let i = 1; i < x.length; i++) {
          if (x[i] >= x[i - 1]) expect(weights[i]).toBeGreaterThanOrEqual(weights[i - 1]);
          else expect(weights[i]).toBeLessThanOrEqual(weights[i - 1]);
        }
      }),
    );
  });

  it("agrees with an ml-matrix composition", () => {
    const [rows, columns, temperature] = [9, 14, 2.5];
    const x = randomArrays(11)(rows * columns);
    const powers = Matrix.from1DArray(rows, columns, x).mul(temperature).exp();
    const expected = powers.divColumnVector(powers.sum("row"));
    const out = new Float32Array(x.length);
    softmaxRows(out, x, rows, columns, temperature);
    expectClose(out, expected.to1DArray(), 1e-7);
  });
});
