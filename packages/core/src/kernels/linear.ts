import { assertAtLeast } from "../errors/shape-error.js";
import { matmulTransposedB } from "./matmul.js";

/**
 * Linear layer: out = x Wᵀ + b.
 *
 * @param out    (rows, outputs); must not alias x
 * @param x      (rows, inputs)
 * @param weight (outputs, inputs)
 * @param bias   (outputs), or null for none
 * @throws ShapeError when a buffer is shorter than its shape
 */
export function linear(
  out: Float32Array,
  x: Float32Array,
  weight: Float32Array,
  bias: Float32Array | null,
  rows: number,
  inputs: number,
  outputs: number,
): void {
  if (bias !== null) {
    assertAtLeast("linear: out", out.length, rows * outputs);
    assertAtLeast("linear: bias", bias.length, outputs);
    // the product adds to the bias and rounds once
    for (let r = 0; r < rows; r++) {
      for (let o = 0; o < outputs; o++) out[r * outputs + o] = bias[o];
    }
  }
  matmulTransposedB(out, x, weight, rows, inputs, outputs, bias !== null);
}
