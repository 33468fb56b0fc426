import { assertAtLeast } from "../errors/shape-error.js";
import { expEach } from "./exp.js";

const blockSize = 128;
const exponents = new Float64Array(blockSize);

/**
 * Softmax of every row: out = exp(τ (x − max x)) / Σ exp(τ (x − max x)).
 *
 * −Infinity masks an entry (weight 0); a row that is masked altogether gives zeros. A NaN or +Infinity makes its row NaN.
 *
 * @param out, x      (rows, columns); out may alias x
 * @param temperature τ > 0, multiplies the logits: larger is sharper
 * @throws ShapeError when a buffer is shorter than its shape
 */
export function softmaxRows(
  out: Float32Array,
  x: Float32Array,
  rows: number,
  columns: number,
  temperature: number,
): void {
  assertAtLeast("softmaxRows: out", out.length, rows * columns);
  assertAtLeast("softmaxRows: x", x.length, rows * columns);
  for (let r = 0; r < rows; r++) {
    const start = r * columns;
    const end = start + columns;
    // the largest logit, subtracted so that nothing overflows; Math.max keeps a NaN
    let max = Number.NEGATIVE_INFINITY;
    for (let i = start; i < end; i++) max = Math.max(max, x[i]);
    if (max === Number.NEGATIVE_INFINITY) {
      out.fill(0, start, end);
      continue;
    }
    let sum = 0;
    for (let from = start; from < end; from += blockSize) {
      const size = Math.min(blockSize, end - from);
      for (let i = 0; i < size; i++) exponents[i] = temperature * (x[from + i] - max);
      expEach(exponents, exponents, size);
      for (let i = 0; i < size; i++) {
        out[from + i] = exponents[i];
        sum += exponents[i];
      }
    }
    const scale = 1 / sum;
    for (let i = start; i < end; i++) out[i] *= scale;
  }
}
