import type { TensorMap } from "../artifact/tensor.js";
import { OneheadError } from "../errors/onehead-error.js";

/**
 * Trained networks bound to a pool of M models: from query embeddings to raw outputs, one per averaged member.
 *
 * Behind it stand low-rank heads, beside which `KernelRegression` attends to the anchors, and attention over the models.
 */
export interface AttentionForm {
  /** S averaged networks. */
  readonly members: number;
  /** M models, in the pool's order. */
  readonly models: number;
  /** D. */
  readonly dimensions: number;
  /**
   * @param qualityLogits (S, B, M) logits of quality
   * @param costOutputs   (S, B, M) log output tokens or log USD, as the candidate's `costKind` says
   * @param embeddings    (B, D)
   * @param rows          B, at most `maxRows`
   */
  forward(qualityLogits: Float32Array, costOutputs: Float32Array, embeddings: Float32Array, rows: number): void;
}

/** The rows that one `forward` takes at most: a block that stays in the second-level cache. */
export const maxRows = 64;

/** Data of a tensor that the artifact's layout guarantees. */
export function tensorData(tensors: TensorMap, name: string): Float32Array {
  const data = tensors.get(name)?.data;
  if (!(data instanceof Float32Array))
    throw new OneheadError("artifact", `tensor: missing: ${name}, expected float32 data`);
  return data;
}

/** Copies the given columns of a (rows, columns) matrix into `out` (rows, ·) at `outColumn`, `outColumns` wide. */
export function gatherColumns(
  out: Float32Array,
  outColumns: number,
  outColumn: number,
  source: Float32Array,
  rows: number,
  columns: number,
  picked: readonly number[],
): void {
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < picked.length; c++) out[r * outColumns + outColumn + c] = source[r * columns + picked[c]];
  }
}
