import { assertAtLeast } from "../errors/shape-error.js";

/**
 * Writes scale · the given columns of a (rows, columns) matrix into `out` (rows, outColumns), from `outColumn` on.
 *
 * @param picked columns; what is not in the matrix is NaN
 * @throws ShapeError when a buffer is shorter than its shape, or a row of `out` than what is written to it
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
  assertAtLeast("gatherColumns: row of out", outColumns, outColumn + picked.length);
  assertAtLeast("gatherColumns: source", source.length, rows * columns);
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < picked.length; c++) {
      const column = picked[c];
      const isWithin = column >= 0 && column < columns;
      out[r * outColumns + outColumn + c] = isWithin ? scale * source[r * columns + column] : Number.NaN;
    }
  }
}
