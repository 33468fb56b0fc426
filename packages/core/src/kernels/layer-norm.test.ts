import fc from "fast-check";
import { describe, it } from "vitest";
import { expectClose } from "./contract/expect-close.js";
import { layerNorm } from "./layer-norm.js";

function normalize(x: number[], gain: number[], bias: number[], epsilon: number): Float32Array {
  const out = new Float32Array(x.length);
  const [values, gains, biases] = [x, gain, bias].map((array) => Float32Array.from(array));
  layerNorm(out, values, gains, biases, 1, x.length, epsilon);
  return out;
}

describe("layerNorm", () => {
  it("agrees with an example worked out by hand", () => {
    // mean (1 + 3 + 5 + 7)/4 = 4; variance (9 + 1 + 1 + 9)/4 = 5; with ε = 4 the divisor is √9 = 3
    // normalised −1, −1/3, 1/3, 1; times the gain 3, plus the bias 10
    expectClose(normalize([1, 3, 5, 7], [3, 3, 3, 3], [10, 10, 10, 10], 4), [7, 9, 11, 13], 1e-6);
    // gain and bias belong to the column
    expectClose(normalize([1, 3, 5, 7], [3, 6, 0, 1], [0, 0, 2, 1], 4), [-3, -2, 2, 2], 1e-6);
  });

  it("does not depend on the row's offset or positive scale when ε is 0", () => {
    const whole = fc.integer({ min: -1000, max: 1000 });
    const row = fc.array(whole, { minLength: 2, maxLength: 12 }).filter((x) => x.some((value) => value !== x[0]));
    fc.assert(
      fc.property(row, whole, fc.integer({ min: 1, max: 64 }), (x, offset, scale) => {
        const ones = x.map(() => 1);
        const zeros = x.map(() => 0);
        const plain = normalize(x, ones, zeros, 0);
        expectClose(
          normalize(
            x.map((value) => scale * value + offset),
            ones,
            zeros,
            0,
          ),
          plain,
          1e-6,
          x.length,
        );
      }),
    );
  });
});
