import { type Artifact, networkModel } from "@onehead/core";
import { tensorData } from "@onehead/core/external";
import type { OnnxGraph } from "../graph/onnx-graph.js";
import type { NetworkPart } from "./network-part.js";
import { pickColumns } from "./pick-columns.js";

/** The attention over the anchors. */
export interface KernelPart extends NetworkPart {
  /** (2M) logits and y of the models' means, to which an unfamiliar prompt gives way. */
  means: Float64Array;
  /** Adds nodes for f (B, 1); of what `addTo` has added. */
  familiarity(graph: OnnxGraph): string;
}

/** @param share of its logits in the joint ones; null where the artifact has no kernel */
export function kernelRegression(artifact: Artifact, columns: readonly number[], share: number): KernelPart | null {
  const { manifest, tensors } = artifact;
  const { kernel, anchors: P } = networkModel(manifest);
  if (kernel === undefined) return null;
  const M = columns.length;
  const { directions: Q, metric: K = Q, near, far } = kernel;
  const read = (name: string): Float32Array => tensorData(tensors, `kernel.${name}`);
  const pick = (name: string, rows: number): Float32Array => pickColumns(read(name), rows, columns);
  const [quality, cost] = [pick("mean.quality", 1), pick("mean.cost", 1)];
  const projectedSquares = "kernel.projected.squares";
  return {
    bias: Float64Array.from({ length: 2 * M }, (_, i) => (i < M ? share * quality[i] : 0)),
    means: Float64Array.from({ length: 2 * M }, (_, i) => (i < M ? quality[i] : cost[i - M])),
    addTo(graph: OnnxGraph, sum: string, unit: string): string {
      const directions = graph.constant("kernel.directions", read("directions"), [Q, manifest.embedder.dimensions]);
      const projected = graph.node("Gemm", "kernel.projected", [unit, directions], { transB: 1 });
      let squares = addSquares(graph, projectedSquares, projected);
      let points = projected;
      if (kernel.metric !== undefined) {
        const metric = graph.constant("kernel.metric", read("metric"), [K, Q]);
        points = graph.node("Gemm", "kernel.points", [projected, metric], { transB: 1 });
        squares = addSquares(graph, "kernel.points.squares", points);
      }
      const weights = addWeights(graph, points, squares, read("anchors"), P, K, kernel.sharpness);
      const [qualities, costs] = [pick("value.quality", P), pick("value.cost", P)];
      const values = new Float32Array(P * 2 * M);
      for (let j = 0; j < P; j++) {
        for (let m = 0; m < M; m++) {
          values[j * 2 * M + m] = share * qualities[j * M + m];
          values[j * 2 * M + M + m] = costs[j * M + m];
        }
      }
      return graph.node("Gemm", "kernel.joint", [weights, graph.constant("kernel.values", values, [P, 2 * M]), sum]);
    },
    familiarity(graph: OnnxGraph): string {
      // (far − (1 − |p|²)) / (far − near) within 0 and 1
      const slope = graph.constant("familiarity.slope", [1 / (far - near)], []);
      const start = graph.constant("familiarity.start", [(far - 1) / (far - near)], []);
      const sloped = graph.node("Mul", "familiarity.sloped", [projectedSquares, slope]);
      const open = graph.node("Add", "familiarity.open", [sloped, start]);
      const limits = [graph.constant("familiarity.least", [0], []), graph.constant("familiarity.most", [1], [])];
      return graph.node("Clip", "familiarity", [open, ...limits]);
    },
  };
}

function addSquares(graph: OnnxGraph, name: string, x: string): string {
  return graph.node("ReduceSumSquare", name, [x], { axes: [1], keepdims: 1 });
}

/** w_j = exp(min(0, γ x·x_j − γ/2 |x_j|² − γ/2 |x|²)), (B, P), with γ within the anchors. */
function addWeights(
  graph: OnnxGraph,
  points: string,
  squares: string,
  anchors: Float32Array,
  P: number,
  K: number,
  sharpness: number,
): string {
  const halves = new Float64Array(P);
  for (let i = 0; i < P * K; i++) halves[Math.floor(i / K)] -= 0.5 * sharpness * anchors[i] * anchors[i];
  const scaled = graph.constant(
    "kernel.anchors",
    anchors.map((value) => sharpness * value),
    [P, K],
  );
  const biases = graph.constant("kernel.anchors.squares", halves, [P]);
  const near = graph.node("Gemm", "kernel.near", [points, scaled, biases], { transB: 1 });
  const half = graph.constant("kernel.half", [-0.5 * sharpness], []);
  const own = graph.node("Mul", "kernel.own", [squares, half]);
  const exponents = graph.node("Add", "kernel.exponents", [near, own]);
  // rounding can leave the distance of equal points below 0
  const held = graph.node("Min", "kernel.exponents.held", [exponents, graph.constant("kernel.zero", [0], [])]);
  return graph.node("Exp", "kernel.weights", [held]);
}
