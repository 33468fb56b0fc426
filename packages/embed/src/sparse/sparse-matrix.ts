import { type Backend, jsBackend } from "@onehead/core";

/** Compressed sparse rows: row r holds `weights[k]` in column `columns[k]` for k in `[starts[r], starts[r + 1])`. */
export interface SparseMatrix {
  readonly rows: number;
  readonly columnCount: number;
  readonly starts: Uint32Array;
  readonly columns: Uint32Array;
  readonly weights: Float32Array;
}

/**
 * out (rows, width) = matrix (rows, columnCount) · table (columnCount, width).
 *
 * @param backend whose memory has all arrays, where it is fast
 */
export function multiplySparse(
  out: Float32Array,
  matrix: SparseMatrix,
  table: Float32Array,
  width: number,
  { poolRows }: Pick<Backend, "poolRows"> = jsBackend,
): void {
  const { rows, starts, columns, weights } = matrix;
  for (let r = 0; r < rows; r++) {
    const [start, end] = [starts[r], starts[r + 1]];
    poolRows(out, r * width, table, width, columns.subarray(start, end), weights.subarray(start, end), end - start);
  }
}

/** The transpose, with the entries of each row in ascending column order. */
export function transposeSparse(matrix: SparseMatrix): SparseMatrix {
  const entries = matrix.columns.length;
  const starts = new Uint32Array(matrix.columnCount + 1);
  for (let k = 0; k < entries; k++) starts[matrix.columns[k] + 1]++;
  for (let c = 0; c < matrix.columnCount; c++) starts[c + 1] += starts[c];
  const next = starts.slice(0, matrix.columnCount);
  const columns = new Uint32Array(entries);
  const weights = new Float32Array(entries);
  for (let r = 0; r < matrix.rows; r++) {
    for (let k = matrix.starts[r]; k < matrix.starts[r + 1]; k++) {
      const place = next[matrix.columns[k]]++;
      columns[place] = r;
      weights[place] = matrix.weights[k];
    }
  }
  return { rows: matrix.columnCount, columnCount: matrix.rows, starts, columns, weights };
}
