import type { JsonValue, Tensor } from "@onehead/core";

/** A fitted predictor as data: what it takes to predict the same again, bit for bit. */
export interface PredictorState {
  /** Which loader reads it: "knn". */
  kind: string;
  config: Record<string, JsonValue>;
  /** Float32 or unsigned, finite; arrays that two states share are stored once. */
  tensors: Record<string, Tensor>;
}

/** A tensor of any array of numbers, narrowed to float32. */
export function floatTensor(values: Float32Array | Float64Array, ...shape: number[]): Tensor {
  return { shape, data: values instanceof Float32Array ? values : Float32Array.from(values) };
}
