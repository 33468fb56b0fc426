/** A named array of an artifact, row-major. */
export interface Tensor {
  shape: readonly number[];
  data: Float32Array | Uint32Array;
}

export type TensorMap = ReadonlyMap<string, Tensor>;
