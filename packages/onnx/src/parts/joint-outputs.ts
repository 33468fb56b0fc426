import { type Artifact, networkModel } from "@onehead/core";
import type { OnnxGraph } from "../graph/onnx-graph.js";
import { clusterAttention } from "./cluster-attention.js";
import { kernelRegression } from "./kernel-regression.js";
import { lowRankNetworks } from "./low-rank.js";
import { modelAttention } from "./model-attention.js";

const networks = { "low-rank": lowRankNetworks, models: modelAttention };

/** What the parts of an artifact say together of its M columns. */
export interface JointOutputs {
  /** (B, M) calibrated quality logits without β, and y; both still without their offsets. */
  logits: string;
  outputs: string;
  /** (M) what is to be added to them: the models' means, where an artifact has a kernel. */
  logitOffsets: Float64Array;
  outputOffsets: Float64Array;
  /** (B, 1) f; null where every prompt is familiar. */
  familiarity: string | null;
  /** (B, K) weights of the clusters; null where there are none. */
  clusterWeights: string | null;
}

/**
 * Adds the networks, the kernel regression and the attention over clusters of an artifact, joined as core joins them:
 *
 *   logit = (f Σ_o w_o logit_o + (1 − f) μ) / T = f (Σ_o w_o logit_o − μ) / T + μ / T
 *
 * and y alike. The means that are taken off stand in the bias; that they are added again is left to whoever adds more to them.
 *
 * @param shifts (M) added to the logits whatever f is; where there is no kernel they cost nothing here
 */
export function addJointOutputs(
  graph: OnnxGraph,
  artifact: Artifact,
  columns: readonly number[],
  embedding: string,
  shifts: Float64Array,
): JointOutputs {
  const { form, members, kernel: kernelModel, clusters: clusterModel } = networkModel(artifact.manifest);
  const inverseTemperature = 1 / artifact.manifest.calibration.temperature;
  const M = columns.length;
  const besideClusters = 1 - (clusterModel?.weight ?? 0);
  const kernelWeight = kernelModel?.weight ?? 0;
  const share = (besideClusters * (1 - kernelWeight) * inverseTemperature) / members;
  const network = networks[form](artifact, columns, share);
  const kernel = kernelRegression(artifact, columns, besideClusters * kernelWeight * inverseTemperature);
  const clusters = clusterAttention(artifact, columns, (clusterModel?.weight ?? 0) * inverseTemperature);

  const offsets = Float64Array.from({ length: 2 * M }, (_, i) => {
    return (kernel?.means[i] ?? 0) * (i < M ? inverseTemperature : 1);
  });
  const bias = network.bias.map((value, i) => value + (kernel?.bias[i] ?? 0) - offsets[i]);
  if (kernel === null) for (let m = 0; m < M; m++) bias[m] += shifts[m];
  else for (let m = 0; m < M; m++) offsets[m] += shifts[m];

  const unit = kernel === null && clusters === null ? embedding : addUnitRows(graph, embedding);
  let joint = network.addTo(graph, graph.constant("joint.bias", bias, [2 * M]), embedding);
  joint = kernel?.addTo(graph, joint, unit) ?? joint;
  let [logits, outputs] = graph.split("Split", ["logits.networks", "outputs.networks"], [joint], { axis: 1 });
  logits = clusters?.addTo(graph, logits, unit) ?? logits;
  const familiarity = kernel?.familiarity(graph) ?? null;
  if (familiarity !== null) {
    logits = graph.node("Mul", "logits.familiar", [logits, familiarity]);
    outputs = graph.node("Mul", "outputs.familiar", [outputs, familiarity]);
  }
  return {
    logits,
    outputs,
    logitOffsets: offsets.subarray(0, M),
    outputOffsets: offsets.subarray(M),
    familiarity,
    clusterWeights: clusters?.weights ?? null,
  };
}

/** e / |e|; a row of zeros stays. */
function addUnitRows(graph: OnnxGraph, embedding: string): string {
  const length = graph.node("ReduceL2", "embedding.length", [embedding], { axes: [1], keepdims: 1 });
  const least = graph.constant("embedding.length.least", [1e-30], []);
  return graph.node("Div", "embedding.unit", [embedding, graph.node("Max", "embedding.length.held", [length, least])]);
}
