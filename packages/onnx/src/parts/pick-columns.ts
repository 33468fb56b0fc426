/** The given columns of a matrix of so many rows, row-major. */
export function pickColumns(source: Float32Array, rows: number, picked: readonly number[]): Float32Array {
  const columns = source.length / rows;
  const out = new Float32Array(rows * picked.length);
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < picked.length; c++) out[r * picked.length + c] = source[r * columns + picked[c]];
  }
  return out;
}
