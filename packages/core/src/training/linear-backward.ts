import { assertAtLeast } from "../errors/shape-error.js";
import { matmul, matmulTransposedA } from "../kernels/matmul.js";

/**
 * Inverts linear (out = x Wᵀ + b): dX = dOut W, dWeight += dOutᵀ x, dBias += Σ_r dOut.
 *
 * @param dX      (rows, inputs), or null when the input needs no gradient; must not alias dOut
 * @param dWeight (outputs, inputs); added to
 * @param dBias   (outputs), or null for no bias; added to
 * @param dOut    (rows, outputs);  x (rows, inputs);  weight (outputs, inputs)
 * @throws ShapeError when a buffer is shorter than its shape
 */
export function linearBackward(
  dX: Float32Array | null,
  dWeight: Float32Array,
  dBias: Float32Array | null,
  dOut: Float32Array,
  x: Float32Array,
  weight: Float32Array,
  rows: number,
  inputs: number,
  outputs: number,
): void {
  assertAtLeast("linearBackward: dOut", dOut.length, rows * outputs);
  assertAtLeast("linearBackward: x", x.length, rows * inputs);
  assertAtLeast("linearBackward: dWeight", dWeight.length, outputs * inputs);
  if (dX !== null) {
    assertAtLeast("linearBackward: dX", dX.length, rows * inputs);
    assertAtLeast("linearBackward: weight", weight.length, outputs * inputs);
    matmul(dX, dOut, weight, rows, outputs, inputs);
  }
  matmulTransposedA(dWeight, dOut, x, outputs, rows, inputs, true);
  if (dBias === null) return;
  assertAtLeast("linearBackward: dBias", dBias.length, outputs);
  // column by column, so that each sum is rounded once
  for (let o = 0; o < outputs; o++) {
    let sum = 0;
    for (let r = 0; r < rows; r++) sum += dOut[r * outputs + o];
    dBias[o] += sum;
  }
}
