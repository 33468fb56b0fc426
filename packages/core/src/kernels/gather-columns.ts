import { assertAtLeast } from "../errors/shape-error.js";

/**
 * Writes scale · the given columns of a (rows, columns) matrix into `out` (rows, outColumns), from `outColumn` on.
 *
 * @param picked columns, which must be within the matrix and fit behind `outColumn`: they are not looked at
 * @throws ShapeError when a buffer is shorter than its shape
 */
export function gatherColumns(
  out: Float32Array,
  outColumns: number,
  outColumn: number,
  source: Float32Array,
  rows: number,
  columns: number,
  picked: readonly number[],
  scale: number,
): void {
  assertAtLeast("gatherColumns: out", out.length, rows * outColumns);
  assertAtLeast("gatherColumns: source", source.length, rows * columns);
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < picked.length; c++) {
      out[r * outColumns + outColumn + c] = scale * source[r * columns + picked[c]];
    }
  }
}
