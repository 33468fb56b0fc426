/** x (rows, columns): every row += row. */
export function addToRows(x: Float32Array, row: Float32Array, rows: number, columns: number): void {
  for (let r = 0; r < rows; r++) {
    const at = r * columns;
    for (let c = 0; c < columns; c++) x[at + c] += row[c];
  }
}

/** row += every row of x (rows, columns): what inverts `addToRows`. */
export function addRows(row: Float32Array, x: Float32Array, rows: number, columns: number): void {
  for (let r = 0; r < rows; r++) {
    const at = r * columns;
    for (let c = 0; c < columns; c++) row[c] += x[at + c];
  }
}
