import { assertAtLeast } from "../errors/shape-error.js";
import { expEach, sigmoidEach } from "./exp.js";

/**
 * From the outputs of the networks to what they mean: quality = σ(logit + shift), outputs = e^y.
 *
 * @param quality, outputs (rows, columns)
 * @param joint  (rows, 2 · columns): logits of a row, then y
 * @param shifts (columns), added to the logits
 * @throws ShapeError when a buffer is shorter than its shape
 */
export function readOutcomes(
  quality: Float32Array,
  outputs: Float32Array,
  joint: Float32Array,
  shifts: Float32Array,
  rows: number,
  columns: number,
): void {
  assertAtLeast("readOutcomes: quality", quality.length, rows * columns);
  assertAtLeast("readOutcomes: outputs", outputs.length, rows * columns);
  assertAtLeast("readOutcomes: joint", joint.length, 2 * rows * columns);
  assertAtLeast("readOutcomes: shifts", shifts.length, columns);
  if (scratch.length < columns) scratch = new Float64Array(columns);
  for (let r = 0; r < rows; r++) {
    const at = r * columns;
    for (let c = 0; c < columns; c++) scratch[c] = joint[2 * at + c] + shifts[c];
    sigmoidEach(scratch, scratch, columns);
    for (let c = 0; c < columns; c++) quality[at + c] = scratch[c];
    for (let c = 0; c < columns; c++) scratch[c] = joint[2 * at + columns + c];
    expEach(scratch, scratch, columns);
    for (let c = 0; c < columns; c++) outputs[at + c] = scratch[c];
  }
}

let scratch = new Float64Array(64);
