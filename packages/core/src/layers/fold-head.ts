/**
 * Folds what of a low-rank head does not depend on the query: (H, M) = scale · (Zᵀ uᵀ + g 1ᵀ), into `out` from `start`, rows `stride`
 * apart.
 *
 * @param query        Z (R, H) over g (1, H)
 * @param modelVectors u (measured models, R)
 * @param columns      the M models that are asked for
 */
export function foldHead(
  out: Float32Array,
  start: number,
  stride: number,
  query: Float32Array,
  modelVectors: Float32Array,
  columns: readonly number[],
  H: number,
  R: number,
  scale: number,
): void {
  for (let h = 0; h < H; h++) {
    for (let m = 0; m < columns.length; m++) {
      let sum = query[R * H + h];
      for (let r = 0; r < R; r++) sum += query[r * H + h] * modelVectors[columns[m] * R + r];
      out[start + h * stride + m] = scale * sum;
    }
  }
}
