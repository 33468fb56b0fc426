import { type Artifact, networkModel } from "@onehead/core";
import { tensorData } from "@onehead/core/external";
import type { OnnxGraph } from "../graph/onnx-graph.js";
import { pickColumns } from "./pick-columns.js";

/** What a mean stays away from 0 and 1 by, as in core: a float32 has it and 1 less it exactly. */
const leastProbability = 2 ** -10;

/** The clusters of an artifact, which it may do without. */
export interface ClusterPart {
  /** Adds nodes for logits + share · logit_m, (B, M). */
  addTo(graph: OnnxGraph, logits: string, unit: string): string;
  /** (B, K) weights of all groups side by side; of what `addTo` has added. */
  readonly weights: string;
}

/** @param share of these logits in the joint ones; null where the artifact has no clusters */
export function clusterAttention(artifact: Artifact, columns: readonly number[], share: number): ClusterPart | null {
  const { manifest, tensors } = artifact;
  const sizes = networkModel(manifest).clusters?.sizes;
  if (sizes === undefined) return null;
  const K = sizes.reduce((sum, size) => sum + size, 0);
  const M = columns.length;
  const weights = "clusters.weights";
  return {
    weights,
    addTo(graph: OnnxGraph, logits: string, unit: string): string {
      const keys = graph.constant("clusters.keys", tensorData(tensors, "clusters.key"), [
        K,
        manifest.embedder.dimensions,
      ]);
      const biases = graph.constant("clusters.bias", tensorData(tensors, "clusters.bias"), [K]);
      const scores = graph.node("Gemm", "clusters.scores", [unit, keys, biases], { transB: 1 });
      addSoftmaxes(graph, weights, scores, sizes);
      // the mean over the groups stands in their values
      const values = pickColumns(tensorData(tensors, "clusters.value"), K, columns).map(
        (value) => value / sizes.length,
      );
      const means = graph.node("MatMul", "clusters.means", [
        weights,
        graph.constant("clusters.values", values, [K, M]),
      ]);
      const limits = [
        graph.constant("clusters.least", [leastProbability], []),
        graph.constant("clusters.most", [1 - leastProbability], []),
      ];
      const held = graph.node("Clip", "clusters.means.held", [means, ...limits]);
      const others = graph.node("Sub", "clusters.others", [graph.constant("clusters.one", [1], []), held]);
      const odds = graph.node("Div", "clusters.odds", [held, others]);
      const logOdds = graph.node("Log", "clusters.logits", [odds]);
      const shared = graph.node("Mul", "clusters.shared", [logOdds, graph.constant("clusters.share", [share], [])]);
      return graph.node("Add", "logits.clusters", [logits, shared]);
    },
  };
}

/** A softmax over every group of columns. */
function addSoftmaxes(graph: OnnxGraph, name: string, scores: string, sizes: readonly number[]): void {
  if (sizes.length === 1) {
    graph.node("Softmax", name, [scores], { axis: 1 });
    return;
  }
  const groups = graph.split(
    "Split",
    sizes.map((_, g) => `clusters.scores.${g}`),
    [scores, graph.integers("clusters.sizes", sizes)],
    { axis: 1 },
  );
  const softmaxes = groups.map((group, g) => graph.node("Softmax", `clusters.weights.${g}`, [group], { axis: 1 }));
  graph.node("Concat", name, softmaxes, { axis: 1 });
}
