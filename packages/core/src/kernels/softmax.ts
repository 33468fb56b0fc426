import { assertAtLeast } from "../errors/shape-error.js";
import { expInRange } from "./exp.js";

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
    for (let i = start; i < end; i++) {
      const exponent = temperature * (x[i] - max);
      // e⁻¹⁰⁴ is where a float32 underflows; a NaN takes the second branch and stays
      const e = exponent < -104 ? 0 : expInRange(exponent);
      out[i] = e;
      sum += e;
    }
    const scale = 1 / sum;
    for (let i = start; i < end; i++) out[i] *= scale;
  }
}
