import type { OnnxGraph } from "../graph/onnx-graph.js";

/**
 * GELU in its tanh form, x/2 · (1 + tanh(√(2/π) x (1 + 0.044715 x²))), which is core's x · σ(…).
 *
 * The order of its nodes is one that optimisers know and replace by one node.
 */
export function gelu(graph: OnnxGraph, name: string, x: string): string {
  const scalar = (part: string, value: number): string => graph.constant(`${name}.${part}`, [value], []);
  const one = scalar("one", 1);
  const cubic = graph.node("Mul", `${name}.cubic.x`, [x, scalar("cubic", 0.044715)]);
  const square = graph.node("Mul", `${name}.cubic.x2`, [x, cubic]);
  const bent = graph.node("Add", `${name}.bent`, [square, one]);
  const slope = graph.node("Mul", `${name}.slope.x`, [x, scalar("slope", Math.sqrt(2 / Math.PI))]);
  const angle = graph.node("Mul", `${name}.angle`, [slope, bent]);
  const gate = graph.node("Add", `${name}.gate`, [graph.node("Tanh", `${name}.tanh`, [angle]), one]);
  const half = graph.node("Mul", `${name}.half.x`, [x, scalar("half", 0.5)]);
  return graph.node("Mul", name, [half, gate]);
}
