import { assertAtLeast, matmul, OneheadError } from "@onehead/core";
import type { EmbedderOrigin } from "../embedder.js";

/** How the vectors of an embedder that lives outside of the artifact enter the joined vector. */
export interface ExternalBlock {
  /** id of that embedder */
  readonly id: string;
  /** X, length of its vectors */
  readonly dimensions: number;
  readonly origin: EmbedderOrigin | null;
  /** length of the block */
  readonly weight: number;
  /** C, length of the block's part of the vector; X without a projection */
  readonly components: number;
  /** (X) mean over the training texts */
  readonly mean: Float32Array;
  /** (X, C) orthonormal columns, or null where vectors are taken whole */
  readonly projection: Float32Array | null;
}

/**
 * Writes weight · y / |y|, y = (x − x̄) V, for every row; zeros where y is 0.
 *
 * @param out     (R, stride); row r is written from `r · stride + at` on
 * @param vectors (R, X)
 * @throws ShapeError when a buffer is too short; OneheadError "response" for a vector that is not finite
 */
export function writeExternalBlock(
  out: Float32Array,
  stride: number,
  at: number,
  vectors: Float32Array,
  rows: number,
  block: ExternalBlock,
): void {
  const { dimensions: X, components: C, projection, weight } = block;
  assertAtLeast("writeExternalBlock: vectors", vectors.length, rows * X);
  const centred = centreRows(vectors, rows, block.mean);
  const projected = projection === null ? centred : new Float32Array(rows * C);
  if (projection !== null) matmul(projected, centred, projection, rows, X, C);
  for (let r = 0; r < rows; r++) {
    let squares = 0;
    for (let j = r * C; j < (r + 1) * C; j++) squares += projected[j] * projected[j];
    if (!Number.isFinite(squares)) {
      throw new OneheadError("response", `${block.id.slice(0, 80)}: vector ${r}: not finite, expected finite numbers`);
    }
    const scale = squares > 0 ? weight / Math.sqrt(squares) : 0;
    for (let j = 0; j < C; j++) out[r * stride + at + j] = scale * projected[r * C + j];
  }
}

/** @returns (rows, X) vectors less the mean */
export function centreRows(vectors: Float32Array, rows: number, mean: Float32Array): Float32Array {
  const X = mean.length;
  const centred = new Float32Array(rows * X);
  for (let r = 0; r < rows; r++) {
    for (let j = 0; j < X; j++) centred[r * X + j] = vectors[r * X + j] - mean[j];
  }
  return centred;
}
