import { assertAtLeast } from "../errors/shape-error.js";

/**
 * Inverts softmaxRows (out = softmax(τ x)): dX = τ · out ⊙ (dOut − Σ_c dOut_c out_c), row by row.
 *
 * Masked entries, and rows that are masked altogether, get no gradient.
 *
 * @param dX, dOut, out (rows, columns); dX may alias dOut
 * @param temperature   τ as in the forward call
 * @throws ShapeError when a buffer is shorter than its shape
 */
export function softmaxRowsBackward(
  dX: Float32Array,
  dOut: Float32Array,
  out: Float32Array,
  rows: number,
  columns: number,
  temperature: number,
): void {
  assertAtLeast("softmaxRowsBackward: dX", dX.length, rows * columns);
  assertAtLeast("softmaxRowsBackward: dOut", dOut.length, rows * columns);
  assertAtLeast("softmaxRowsBackward: out", out.length, rows * columns);
  for (let r = 0; r < rows; r++) {
    const at = r * columns;
    let dot = 0;
    for (let c = 0; c < columns; c++) dot += dOut[at + c] * out[at + c];
    for (let c = 0; c < columns; c++) dX[at + c] = temperature * out[at + c] * (dOut[at + c] - dot);
  }
}
