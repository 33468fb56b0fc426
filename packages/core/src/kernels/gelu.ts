import { assertAtLeast } from "../errors/shape-error.js";
import { sigmoid } from "./exp.js";

/** √(8/π): the tanh form's 2·√(2/π), since ½(1 + tanh u) = σ(2u). */
export const geluSlope = 1.5957691216057308;
export const geluCubic = 0.044715;

/**
 * GELU in its tanh form, elementwise: gelu(x) = x · σ(√(8/π) (x + 0.044715 x³)).
 *
 * @param out, x  `count` values; out may alias x
 * @throws ShapeError when a buffer is shorter than `count`
 * Source: Hendrycks & Gimpel 2016
 */
export function gelu(out: Float32Array, x: Float32Array, count: number): void {
  assertAtLeast("gelu: out", out.length, count);
  assertAtLeast("gelu: x", x.length, count);
  for (let i = 0; i < count; i++) {
    const v = x[i];
    // far out the cubic overflows: 0 · ∞ would be NaN where the limit is 0
    out[i] = v < -20 ? 0 : v * sigmoid(geluSlope * (v + geluCubic * v * v * v));
  }
}
