import type { OnnxGraph } from "../graph/onnx-graph.js";

/** One part of what is said of M models: quality logits (M), then costs' y (M). */
export interface NetworkPart {
  /** (2M) what it says whatever the prompt is. */
  bias: Float64Array;
  /**
   * Adds nodes for sum + what it says beside its bias, (B, 2M).
   *
   * @param sum       (2M) or (B, 2M)
   * @param embedding (B, D): e for networks, e / |e| for what attends to prompts
   */
  addTo(graph: OnnxGraph, sum: string, embedding: string): string;
}
