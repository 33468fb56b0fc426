import { assertAtLeast } from "../errors/shape-error.js";
import { expInRange } from "../kernels/exp.js";
import { geluCubic, geluFlat, geluSlope } from "../kernels/gelu.js";

/**
 * Inverts gelu (out = x σ(u), u = √(8/π)(x + 0.044715 x³)): dX = dOut · (σ + x σ (1 − σ) u′).
 *
 * @param dX, dOut, x `count` values; dX may alias dOut
 * @throws ShapeError when a buffer is shorter than `count`
 */
export function geluBackward(dX: Float32Array, dOut: Float32Array, x: Float32Array, count: number): void {
  assertAtLeast("geluBackward: dX", dX.length, count);
  assertAtLeast("geluBackward: dOut", dOut.length, count);
  assertAtLeast("geluBackward: x", x.length, count);
  for (let i = 0; i < count; i++) {
    const v = x[i];
    if (v < -geluFlat) dX[i] = 0;
    else if (v > geluFlat) dX[i] = dOut[i];
    else {
      const gate = 1 / (1 + expInRange(-geluSlope * (v + geluCubic * v * v * v)));
      const slope = geluSlope * (1 + 3 * geluCubic * v * v);
      dX[i] = dOut[i] * (gate + v * gate * (1 - gate) * slope);
    }
  }
}
