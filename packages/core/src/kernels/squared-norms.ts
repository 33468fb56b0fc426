import { assertAtLeast } from "../errors/shape-error.js";

/** out_r = |x_r|² for the rows of x (rows, columns). @throws ShapeError when a buffer is shorter than its shape */
export function squaredNorms(out: Float32Array, x: Float32Array, rows: number, columns: number): void {
  assertAtLeast("squaredNorms: out", out.length, rows);
  assertAtLeast("squaredNorms: x", x.length, rows * columns);
  for (let r = 0; r < rows; r++) {
    let squares = 0;
    for (let c = r * columns; c < (r + 1) * columns; c++) squares += x[c] * x[c];
    out[r] = squares;
  }
}
