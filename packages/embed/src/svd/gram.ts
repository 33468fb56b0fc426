/**
 * G = aᵀ a in double precision, both triangles.
 *
 * Not core's float32 product: Cholesky–QR squares the condition number, and float32 would lose the directions whose
 * singular values lie a thousand times below the largest. Four rows a pass, so that a cell of G is touched once for four
 * products.
 *
 * @param a (rows, columns) row-major
 * @returns (columns, columns)
 */
export function gram(a: Float32Array, rows: number, columns: number): Float64Array {
  const g = new Float64Array(columns * columns);
  let r = 0;
  for (; r + 3 < rows; r += 4) {
    const row0 = r * columns;
    const row1 = row0 + columns;
    const row2 = row1 + columns;
    const row3 = row2 + columns;
    for (let i = 0; i < columns; i++) {
      const a0 = a[row0 + i];
      const a1 = a[row1 + i];
      const a2 = a[row2 + i];
      const a3 = a[row3 + i];
      const cell = i * columns;
      for (let j = i; j < columns; j++) {
        g[cell + j] += a0 * a[row0 + j] + a1 * a[row1 + j] + a2 * a[row2 + j] + a3 * a[row3 + j];
      }
    }
  }
  for (; r < rows; r++) {
    const row = r * columns;
    for (let i = 0; i < columns; i++) {
      for (let j = i; j < columns; j++) g[i * columns + j] += a[row + i] * a[row + j];
    }
  }
  for (let i = 0; i < columns; i++) {
    for (let j = 0; j < i; j++) g[i * columns + j] = g[j * columns + i];
  }
  return g;
}
