import { assertAtLeast } from "../errors/shape-error.js";

/**
 * out += scale · x, elementwise.
 *
 * @param out, x `count` values
 * @throws ShapeError when a buffer is shorter than `count`
 */
export function addScaled(out: Float32Array, x: Float32Array, count: number, scale: number): void {
  assertAtLeast("addScaled: out", out.length, count);
  assertAtLeast("addScaled: x", x.length, count);
  for (let i = 0; i < count; i++) out[i] += scale * x[i];
}
