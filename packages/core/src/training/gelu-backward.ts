import { assertAtLeast } from "../errors/shape-error.js";
import { geluBlock, geluCubic, geluFlat, geluGates, geluSlope } from "../kernels/gelu.js";

const gates = new Float64Array(geluBlock);

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
  for (let start = 0; start < count; start += geluBlock) {
    const end = Math.min(count, start + geluBlock);
    geluGates(gates, x, start, end - start);
    for (let i = start; i < end; i++) {
      const v = x[i];
      if (v < -geluFlat) dX[i] = 0;
      else if (v > geluFlat) dX[i] = dOut[i];
      else {
        const gate = gates[i - start];
        const slope = geluSlope * (1 + 3 * geluCubic * v * v);
        dX[i] = dOut[i] * (gate + v * gate * (1 - gate) * slope);
      }
    }
  }
}
