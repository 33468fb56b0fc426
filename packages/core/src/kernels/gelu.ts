import { assertAtLeast } from "../errors/shape-error.js";
import { sigmoidEach } from "./exp.js";

/** √(8/π): the tanh form's 2·√(2/π), since ½(1 + tanh u) = σ(2u). */
export const geluSlope = 1.5957691216057308;
export const geluCubic = 0.044715;
/** Beyond ±12 the gate σ is 0 or 1 to the last digit of a float32; far beyond, its cubic would overflow. */
export const geluFlat = 12;

/** Values that are worked on at a time, in doubles. */
export const geluBlock = 128;
const gates = new Float64Array(geluBlock);

/** out = σ(√(8/π) (x + 0.044715 x³)), the share of x that passes, for `count` values of x from `start`. */
export function geluGates(out: Float64Array, x: Float32Array, start: number, count: number): void {
  for (let i = 0; i < count; i++) {
    const v = x[start + i];
    out[i] = geluSlope * (v + geluCubic * v * v * v);
  }
  sigmoidEach(out, out, count);
}

/**
 * GELU in its tanh form, elementwise: gelu(x) = x · σ(√(8/π) (x + 0.044715 x³)).
 *
 * gelu(±Infinity) is Infinity and 0, gelu(NaN) is NaN.
 *
 * @param out, x  `count` values; out may alias x
 * @throws ShapeError when a buffer is shorter than `count`
 * Source: Hendrycks & Gimpel 2016
 */
export function gelu(out: Float32Array, x: Float32Array, count: number): void {
  assertAtLeast("gelu: out", out.length, count);
  assertAtLeast("gelu: x", x.length, count);
  for (let start = 0; start < count; start += geluBlock) {
    const size = Math.min(geluBlock, count - start);
    geluGates(gates, x, start, size);
    for (let i = 0; i < size; i++) {
      const v = x[start + i];
      if (v < -geluFlat) out[start + i] = 0;
      else if (v > geluFlat) out[start + i] = v;
      else out[start + i] = v * gates[i];
    }
  }
}
