import type { Backend } from "../kernels/backend.js";

/**
 * Folds what of a low-rank head does not depend on the query: (H, M) = Zᵀ uᵀ + g 1ᵀ, into `out` from `start`, rows `stride`
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
  backend: Backend,
): void {
  const M = columns.length;
  // u with a last column of ones carries the shared difficulty through the same product
  const vectors = new Float32Array((R + 1) * M);
  for (let m = 0; m < M; m++) {
    for (let r = 0; r < R; r++) vectors[r * M + m] = modelVectors[columns[m] * R + r];
    vectors[R * M + m] = 1;
  }
  const folded = new Float32Array(H * M);
  backend.matmulTransposedA(folded, query.subarray(0, (R + 1) * H), vectors, H, R + 1, M);
  for (let h = 0; h < H; h++) {
    for (let m = 0; m < M; m++) out[start + h * stride + m] = folded[h * M + m];
  }
}
