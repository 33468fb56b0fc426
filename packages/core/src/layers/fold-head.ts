import type { Backend } from "../kernels/backend.js";

/**
 * Folds what of a low-rank head does not depend on the query: (M, H) = scale · (u Z + 1 g), into `out` from `start`, rows `stride` apart.
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
  backend: Backend,
): void {
  const difficulty = query.slice(R * H, (R + 1) * H).map((g) => scale * g);
  const head = backend.bindLinear(query, R, H, "inner-columns", difficulty);
  const vector = backend.allocate(R);
  const row = backend.allocate(H);
  columns.forEach((column, m) => {
    for (let r = 0; r < R; r++) vector[r] = scale * modelVectors[column * R + r];
    backend.applyLinear(row, vector, head, 1);
    out.set(row, start + m * stride);
  });
}
