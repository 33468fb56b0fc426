import { assertAtLeast } from "../errors/shape-error.js";

/**
 * out = x ⊙ y.
 *
 * @param out, x, y `count` values; out may alias x and y
 * @throws ShapeError when a buffer is shorter than `count`
 */
export function multiplyEach(out: Float32Array, x: Float32Array, y: Float32Array, count: number): void {
  assertAtLeast("multiplyEach: out", out.length, count);
  assertAtLeast("multiplyEach: x", x.length, count);
  assertAtLeast("multiplyEach: y", y.length, count);
  for (let i = 0; i < count; i++) out[i] = x[i] * y[i];
}
