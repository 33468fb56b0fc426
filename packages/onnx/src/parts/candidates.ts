import type { Artifact } from "@onehead/core";
import type { Pool } from "@onehead/core/external";
import type { OnnxGraph } from "../graph/onnx-graph.js";
import { addJointOutputs } from "./joint-outputs.js";
import { addProbedModels, type ProbedCandidate } from "./probed-models.js";

/** Adds nodes for the quality (B, N) and cost (B, N) of a pool's candidates, which are outputs of the model. */
export function addCandidates(
  graph: OnnxGraph,
  artifact: Artifact,
  pool: Pool,
  embedding: string,
  inputTokens: string,
): { quality: string; costUsd: string } {
  const { logits, outputs } = addReadings(graph, artifact, pool, embedding);
  const N = pool.candidates.length;
  const quality = graph.node("Sigmoid", "quality", [logits]);
  const amounts = graph.node("Exp", "cost.amounts", [outputs]);
  const perAmount = graph.constant("cost.usd_per_amount", pool.usdPerAmount, [N]);
  const ofAnswer = graph.node("Mul", "cost.answer", [amounts, perAmount]);
  const columns = graph.node("Unsqueeze", "input_tokens.column", [inputTokens, graph.integers("column.axes", [1])]);
  const prices = graph.constant("cost.input_prices_usd", pool.inputPricesUsd, [N]);
  const ofPrompt = graph.node("Mul", "cost.prompt", [columns, prices]);
  const costUsd = graph.node("Add", "cost_usd", [ofAnswer, ofPrompt]);
  return { quality, costUsd };
}

/** Quality logits and y of the candidates, both (B, N): of their own columns, of a relative's, or read off all of them. */
function addReadings(
  graph: OnnxGraph,
  artifact: Artifact,
  { candidates, columns, sources, logitShifts }: Pool,
  embedding: string,
): { logits: string; outputs: string } {
  const { bias, temperature } = artifact.manifest.calibration;
  const N = candidates.length;
  const M = columns.length;
  const everyColumn = N === M && sources.every((source, n) => source === n);
  // where each column is one candidate's, a shift of its profile is one of the column
  const shifts = Float64Array.from(columns, (_, m) => bias + (everyColumn ? logitShifts[m] / temperature : 0));
  const joint = addJointOutputs(graph, artifact, columns, embedding, shifts);
  if (everyColumn) {
    return {
      logits: addOffsets(graph, "logits", joint.logits, joint.logitOffsets),
      outputs: addOffsets(graph, "outputs", joint.outputs, joint.outputOffsets),
    };
  }

  const probed = candidates.filter((candidate): candidate is ProbedCandidate => candidate.profile.kind === "probed");
  const read = probed.length === 0 ? null : addProbedModels(graph, artifact, probed, joint);
  let seen = 0;
  const places = Array.from(sources, (source) => (source < 0 ? M + seen++ : source));
  const order = graph.integers("candidates.places", places);
  const gather = (name: string, measured: string, own: string | undefined): string => {
    const all = own === undefined ? measured : graph.node("Concat", `${name}.all`, [measured, own], { axis: 1 });
    return graph.node("Gather", `${name}.candidates`, [all, order], { axis: 1 });
  };
  const logitOffsets = places.map((place, n) =>
    place < M ? joint.logitOffsets[place] + logitShifts[n] / temperature : 0,
  );
  const outputOffsets = places.map((place) =>
    place < M ? joint.outputOffsets[place] : (read?.outputOffsets[place - M] ?? 0),
  );
  return {
    logits: addOffsets(graph, "logits", gather("logits", joint.logits, read?.logits), logitOffsets),
    outputs: addOffsets(graph, "outputs", gather("outputs", joint.outputs, read?.outputs), outputOffsets),
  };
}

function addOffsets(graph: OnnxGraph, name: string, x: string, offsets: ArrayLike<number>): string {
  if (Array.from(offsets).every((offset) => offset === 0)) return x;
  return graph.node("Add", name, [x, graph.constant(`${name}.offsets`, offsets, [offsets.length])]);
}
