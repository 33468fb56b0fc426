/** a (rows, inner) · b (inner, columns). */
export function multiplyDense(
  a: Float32Array,
  b: Float32Array,
  rows: number,
  inner: number,
  columns: number,
): Float32Array {
  const out = new Float32Array(rows * columns);
  for (let r = 0; r < rows; r++) {
    let k = 0;
    for (; k + 3 < inner; k += 4) {
      const a0 = a[r * inner + k];
      const a1 = a[r * inner + k + 1];
      const a2 = a[r * inner + k + 2];
      const a3 = a[r * inner + k + 3];
      const o = r * columns;
      const b0 = k * columns;
      const b1 = b0 + columns;
      const b2 = b1 + columns;
      const b3 = b2 + columns;
      for (let j = 0; j < columns; j++) out[o + j] += a0 * b[b0 + j] + a1 * b[b1 + j] + a2 * b[b2 + j] + a3 * b[b3 + j];
    }
    for (; k < inner; k++) {
      for (let j = 0; j < columns; j++) out[r * columns + j] += a[r * inner + k] * b[k * columns + j];
    }
  }
  return out;
}
