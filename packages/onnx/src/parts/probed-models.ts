import type { Artifact, Candidate, Profile } from "@onehead/core";
import { columnsOf, probedCaution, tensorData } from "@onehead/core/external";
import type { OnnxGraph } from "../graph/onnx-graph.js";
import type { JointOutputs } from "./joint-outputs.js";

/** A candidate without columns of its own. */
export interface ProbedCandidate extends Candidate {
  profile: Extract<Profile, { kind: "probed" }>;
}

/** What is said of L probed candidates. */
interface ProbedOutputs {
  /** (B, L) logits; nothing is to be added to them. */
  logits: string;
  /** (B, L) y without its offsets. */
  outputs: string;
  /** (L) what is to be added to y. */
  outputOffsets: number[];
}

/** Adds nodes for L probed candidates, which are read off the outputs of all measured models. */
export function addProbedModels(
  graph: OnnxGraph,
  artifact: Artifact,
  probed: readonly ProbedCandidate[],
  joint: JointOutputs,
): ProbedOutputs {
  const L = probed.length;
  const M = joint.logitOffsets.length;
  const scores = addBasis(graph, artifact, joint);
  const logits = addLogits(graph, probed, scores, artifact.manifest.newModels?.noise ?? 0);
  // y is the mean over the measured models whose costs are counted like that
  const means = new Float64Array(M * L);
  const outputOffsets = probed.map(({ costKind }, l) => {
    const columns = columnsOf(artifact.manifest.candidates, costKind);
    for (const m of columns) means[m * L + l] = 1 / columns.length;
    return columns.reduce((sum, m) => sum + joint.outputOffsets[m] / columns.length, 0);
  });
  const outputs = graph.node("MatMul", "probed.outputs", [
    joint.outputs,
    graph.constant("probed.means", means, [M, L]),
  ]);
  return { logits, outputs, outputOffsets };
}

/** t = C_z (z − μ_z) + f C_p (p − μ_p), (B, T). */
function addBasis(graph: OnnxGraph, { manifest, tensors }: Artifact, joint: JointOutputs): string {
  const T = manifest.newModels?.components ?? 0;
  const M = joint.logitOffsets.length;
  const means = tensorData(tensors, "newModels.mean");
  const components = tensorData(tensors, "newModels.components");
  const X = means.length;
  const ofModels = new Float32Array(T * M);
  const ofClusters = new Float32Array(T * (X - M));
  // what both say of the means
  const constant = new Float64Array(T);
  const ofMeans = new Float64Array(T);
  for (let t = 0; t < T; t++) {
    for (let x = 0; x < X; x++) {
      const component = components[t * X + x];
      if (x < M) {
        ofModels[t * M + x] = component;
        constant[t] += component * (joint.logitOffsets[x] - means[x]);
      } else {
        ofClusters[t * (X - M) + (x - M)] = component;
        ofMeans[t] -= component * means[x];
      }
    }
  }
  const models = graph.constant("newModels.models", ofModels, [T, M]);
  const offset = graph.constant("newModels.offset", constant, [T]);
  if (joint.clusterWeights === null) {
    return graph.node("Gemm", "newModels.scores", [joint.logits, models, offset], { transB: 1 });
  }
  const clusters = graph.constant("newModels.clusters", ofClusters, [T, X - M]);
  const clusterMeans = graph.constant("newModels.clusters.means", ofMeans, [T]);
  const plain = graph.node("Gemm", "newModels.prompt", [joint.clusterWeights, clusters, clusterMeans], { transB: 1 });
  const { familiarity } = joint;
  const prompt = familiarity === null ? plain : graph.node("Mul", "newModels.prompt.familiar", [plain, familiarity]);
  const sum = graph.node("Gemm", "newModels.sum", [joint.logits, models, prompt], { transB: 1 });
  return graph.node("Add", "newModels.scores", [sum, offset]);
}

/** κ (b + a·t − 0.4 d), d = |G (1, t)|, κ = 1/√(1 + π/8 (d² + noise²)), (B, L). */
function addLogits(graph: OnnxGraph, probed: readonly ProbedCandidate[], scores: string, noise: number): string {
  const L = probed.length;
  const T = probed[0].profile.loadings.length;
  const levels = probed.map(({ profile }) => profile.level);
  const loadings = probed.flatMap(({ profile }) => [...profile.loadings]);
  const plain = graph.node(
    "Gemm",
    "probed.plain",
    [scores, graph.constant("probed.loadings", loadings, [L, T]), graph.constant("probed.levels", levels, [L])],
    { transB: 1 },
  );
  // G of all candidates below one another: its first column meets the constant 1
  const spread = new Float64Array(L * (T + 1) * T);
  const first = new Float64Array(L * (T + 1));
  probed.forEach(({ profile }, l) => {
    for (let r = 0, at = 0; r <= T; r++) {
      const row = l * (T + 1) + r;
      first[row] = profile.spread[at++];
      for (let c = 1; c <= r; c++) spread[row * T + c - 1] = profile.spread[at++];
    }
  });
  const spreads = graph.constant("probed.spread", spread, [L * (T + 1), T]);
  const firsts = graph.constant("probed.spread.first", first, [L * (T + 1)]);
  const deviations = graph.node("Gemm", "probed.deviations", [scores, spreads, firsts], { transB: 1 });
  const shape = graph.integers("probed.deviations.shape", [-1, L, T + 1]);
  const beside = graph.node("Reshape", "probed.deviations.own", [deviations, shape]);
  const variance = graph.node("ReduceSumSquare", "probed.variance", [beside], { axes: [2], keepdims: 0 });

  const scalar = (part: string, value: number): string => graph.constant(`probed.${part}`, [value], []);
  const deviation = graph.node("Sqrt", "probed.deviation", [variance]);
  const doubt = graph.node("Mul", "probed.doubt", [deviation, scalar("caution", probedCaution)]);
  const cautious = graph.node("Sub", "probed.cautious", [plain, doubt]);
  const slope = scalar("shrink.slope", Math.PI / 8);
  const start = scalar("shrink.start", 1 + (Math.PI / 8) * noise * noise);
  const sloped = graph.node("Mul", "probed.shrink.sloped", [variance, slope]);
  const shrink = graph.node("Sqrt", "probed.shrink", [graph.node("Add", "probed.shrink.square", [sloped, start])]);
  return graph.node("Div", "probed.logits", [cautious, shrink]);
}
