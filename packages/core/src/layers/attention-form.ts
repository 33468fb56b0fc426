import type { TensorMap } from "../artifact/tensor.js";
import { OneheadError } from "../errors/onehead-error.js";

/**
 * Trained networks bound to a pool of M models: from query embeddings to raw outputs, summed over S averaged members.
 *
 * Behind it stand low-rank heads, beside which `KernelRegression` attends to the anchors, and attention over the models.
 */
export interface AttentionForm {
  /** S averaged networks. */
  readonly members: number;
  /** M models, in the pool's order, and what fills them up to whole vectors. */
  readonly models: number;
  /** D. */
  readonly dimensions: number;
  /**
   * @param joint      (B, 2M) receives Σ_s share · logit_s, then mean_s y_s: log output tokens or log USD, as the candidate's
   *   `costKind` says
   * @param embeddings (B, D)
   * @param rows       B, at most `maxRows`
   */
  forward(joint: Float32Array, embeddings: Float32Array, rows: number): void;
  /** Logits (M) of one member for row `row` of the last `forward`; zeros where members have no share. */
  memberLogits(out: Float64Array, offset: number, member: number, row: number): void;
}

/** The next multiple of four: no vector of an array of so many lanes ends within it. */
export const wholeVectors = (count: number): number => 4 * Math.ceil(count / 4);

/** The rows that one `forward` takes at most: a block that stays in the second-level cache. */
export const maxRows = 64;

/**
 * Floats that a backend has to hold for bound maps of these (inner, columns) and for so much more.
 *
 * A map is held in panels of up to 24 columns, and the rows that go through it are copied.
 */
export function floatsOf(maps: ReadonlyArray<readonly [number, number]>, scratch: number): number {
  const alignment = 32;
  const perMap = maps.map(([inner, columns]) => (1 + inner) * (24 * Math.ceil(columns / 24) + maxRows) + 2 * alignment);
  return perMap.reduce((total, floats) => total + floats, scratch + 16 * alignment);
}

/** Data of a tensor that the artifact's layout guarantees. */
export function tensorData(tensors: TensorMap, name: string): Float32Array {
  const data = tensors.get(name)?.data;
  if (!(data instanceof Float32Array))
    throw new OneheadError("artifact", `tensor: missing: ${name}, expected float32 data`);
  return data;
}
