import { assertAtLeast } from "../errors/shape-error.js";
import { logEach } from "./log.js";

// beyond it the logit of a mean says more of how few were seen than of what they are; a float32 has it and 1 less it exactly
const leastProbability = 2 ** -10;

/**
 * out += scale · ln(p / (1 − p)), with the means p held within [2⁻¹⁰, 1 − 2⁻¹⁰].
 *
 * @param out   rows of `columns` values, `stride` apart
 * @param means (rows, columns); a NaN stays one
 * @throws ShapeError when a buffer is shorter than its shape
 */
export function addLogOdds(
  out: Float32Array,
  stride: number,
  means: Float32Array,
  rows: number,
  columns: number,
  scale: number,
): void {
  assertAtLeast("addLogOdds: out", out.length, rows === 0 ? 0 : (rows - 1) * stride + columns);
  assertAtLeast("addLogOdds: means", means.length, rows * columns);
  if (odds.length < columns) odds = new Float64Array(columns);
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < columns; c++) {
      // Math.min and Math.max keep a NaN
      const p = Math.min(1 - leastProbability, Math.max(leastProbability, means[r * columns + c]));
      odds[c] = p / (1 - p);
    }
    logEach(odds, odds, columns);
    for (let c = 0; c < columns; c++) out[r * stride + c] += scale * odds[c];
  }
}

let odds = new Float64Array(64);
