import { describe, expect, it } from "vitest";
import { ShapeError } from "../errors/shape-error.js";
import { expectClose } from "./contract/expect-close.js";
import { linearTwin } from "./contract/float64-twins.js";
import { randomArrays } from "./contract/random-arrays.js";
import { linear } from "./linear.js";

describe("linear", () => {
  it("agrees with an example worked out by hand", () => {
    // x = (1, 2), W = [3 4; 5 6; 7 8]: 1·3 + 2·4 = 11, 1·5 + 2·6 = 17, 1·7 + 2·8 = 23; plus b = (100, 200, 300)
    const out = new Float32Array(3);
    const x = Float32Array.of(1, 2);
    const weight = Float32Array.of(3, 4, 5, 6, 7, 8);
    linear(out, x, weight, Float32Array.of(100, 200, 300), 1, 2, 3);
    expect(Array.from(out)).toEqual([111, 217, 323]);
    linear(out, x, weight, null, 1, 2, 3);
    expect(Array.from(out)).toEqual([11, 17, 23]);
  });

  it("agrees with its float64 twin on every shape, with and without a bias", () => {
    const draw = randomArrays(12);
    for (const rows of [0, 1, 2, 13, 64]) {
      for (const inputs of [0, 1, 7, 64]) {
        for (const outputs of [0, 1, 3, 65]) {
          const [x, weight] = [draw(rows * inputs), draw(outputs * inputs)];
          for (const bias of [null, draw(outputs)]) {
            const out = new Float32Array(rows * outputs).fill(Number.NaN);
            linear(out, x, weight, bias, rows, inputs, outputs);
            expectClose(out, linearTwin(x, weight, bias, rows, inputs, outputs), 2e-7, 10 + inputs);
          }
        }
      }
    }
  });

  it("gives a row the same bits alone as in a batch", () => {
    const draw = randomArrays(13);
    const [x, weight, bias] = [draw(30 * 20), draw(9 * 20), draw(9)];
    const batch = new Float32Array(30 * 9);
    linear(batch, x, weight, bias, 30, 20, 9);
    for (let r = 0; r < 30; r++) {
      const alone = new Float32Array(9);
      linear(alone, x.slice(r * 20, (r + 1) * 20), weight, bias, 1, 20, 9);
      expect(alone).toEqual(batch.slice(r * 9, (r + 1) * 9));
    }
  });

  it.each([
    [5, 4, 6, 3, /out: length is 5, expected at least 6/],
    [6, 3, 6, 3, /: a: length is 3, expected at least 4/],
    [6, 4, 5, 3, /: b: length is 5, expected at least 6/],
    [6, 4, 6, 2, /linear: bias: length is 2, expected at least 3/],
  ])("refuses buffers of %i, %i, %i and %i values for shape 2 × 2 × 3", (out, x, weight, bias, message) => {
    const [o, i, w, b] = [out, x, weight, bias].map((length) => new Float32Array(length));
    const run = (): void => linear(o, i, w, b, 2, 2, 3);
    expect(run).toThrow(ShapeError);
    expect(run).toThrow(message);
  });
});
