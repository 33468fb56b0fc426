import { assertAtLeast } from "../errors/shape-error.js";
import { expInRange } from "./exp.js";

/** √(8/π): the tanh form's 2·√(2/π), since ½(1 + tanh u) = σ(2u). */
export const geluSlope = 1.5957691216057308;
export const geluCubic = 0.044715;
/** Beyond ±12 the gate σ is 0 or 1 to the last digit of a float32; far beyond, its cubic would overflow. */
export const geluFlat = 12;

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
  for (let i = 0; i < count; i++) {
    const v = x[i];
    if (v < -geluFlat) out[i] = 0;
    else if (v > geluFlat) out[i] = v;
    else out[i] = v / (1 + expInRange(-geluSlope * (v + geluCubic * v * v * v)));
  }
}
