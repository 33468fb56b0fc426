/** Columns that are known on the same rows, so that work on these rows is done once for all of them. */
export interface LabelGroup {
  /** Ascending. */
  columns: number[];
  /** The rows on which every one of `columns` is known, ascending. */
  rows: Int32Array;
}

/**
 * Groups the columns of a (R, C) matrix by their pattern of known (not NaN) rows. A dense matrix is one group; logs
 * that hold one model a prompt are a group a model. Columns without an entry form a group without rows.
 */
export function labelGroups(values: Float32Array | Float64Array, columns: number): LabelGroup[] {
  const rows = values.length / columns;
  const groups: LabelGroup[] = [];
  for (let c = 0; c < columns; c++) {
    const group = groups.find(({ columns: [first] }) => haveSamePattern(values, columns, first, c));
    if (group) group.columns.push(c);
    else groups.push({ columns: [c], rows: knownRows(values, columns, rows, c) });
  }
  return groups;
}

function haveSamePattern(values: Float32Array | Float64Array, columns: number, first: number, second: number): boolean {
  const apart = second - first;
  for (let i = first; i < values.length; i += columns) {
    if (Number.isNaN(values[i]) !== Number.isNaN(values[i + apart])) return false;
  }
  return true;
}

function knownRows(values: Float32Array | Float64Array, columns: number, rows: number, column: number): Int32Array {
  const known = new Int32Array(rows);
  let count = 0;
  for (let r = 0; r < rows; r++) {
    const value = values[r * columns + column];
    if (!Number.isNaN(value)) known[count++] = r;
  }
  return known.slice(0, count);
}
