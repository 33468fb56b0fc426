import {
  type Artifact,
  OneheadError,
  type PoolOptions,
  parseSafetensors,
  type RewardKind,
  serializeArtifact,
} from "@onehead/core";
import { resolvePool } from "@onehead/core/external";
import { OnnxGraph, opset } from "./graph/onnx-graph.js";
import { addCandidates } from "./parts/candidates.js";
import { addChoice, addReward } from "./parts/choice.js";

/** What quality is worth to whoever runs the model. */
export interface OnnxPreference {
  reward: RewardKind;
  /** λ in USD, above 0, Infinity for the best at any price; when left out it is an input of the model, `lambda_usd`. */
  lambdaUsd?: number | undefined;
}

export interface OnnxOptions extends PoolOptions {
  /** Null: the model predicts and does not choose. The linear reward with λ as an input when left out. */
  preference?: OnnxPreference | null | undefined;
  /** More entries of the model's metadata; keys that begin with `onehead.` are taken. */
  metadata?: Readonly<Record<string, string>> | undefined;
}

/** A router as an ONNX model, and what its tensors are. */
export interface OnnxRouter {
  /** The file. */
  bytes: Uint8Array;
  opset: number;
  /** Ids, in the order of the columns. */
  candidates: readonly string[];
  inputs: readonly string[];
  outputs: readonly string[];
}

/**
 * Writes the trained part of a router, for one choice of its candidates and their prices, as an ONNX model.
 *
 * Inputs are `embedding` (batch, D), `input_tokens` (batch) and, unless λ is given here, `lambda_usd` (batch), all float32; outputs are
 * `quality` and `cost_usd` (batch, N) and, with a preference, `reward` (batch, N) and `choice` (batch) int64: a column, or −1 where no candidate has
 * a price and finite predictions. The embedder stays outside, and so do requirements, uncertainty and what feedback has taught.
 * Everything is float32, so that predictions differ from those of `Router` by rounding. Equal artifacts and options give
 * equal bytes.
 *
 * @throws OneheadError "invalid-argument" for a router of another package (a rival), a λ or reward out of range, and as
 *   `Router` for the pool; "unknown-model" as `Router`
 */
export function toOnnx(artifact: Artifact, options: OnnxOptions = {}): OnnxRouter {
  const { manifest } = artifact;
  const { model } = manifest;
  if (model.form === "external") {
    const found = `${model.kind} of ${model.package}`;
    throw new OneheadError("invalid-argument", `toOnnx: artifact: ${found}, expected a router of core's own networks`);
  }
  const { preference = { reward: "linear" }, metadata = {} } = options;
  assertPreference(preference);
  assertMetadata(metadata);
  const pool = resolvePool(artifact, options);
  const N = pool.candidates.length;

  const graph = new OnnxGraph();
  const inputs = [
    graph.input("embedding", ["batch", manifest.embedder.dimensions]),
    graph.input("input_tokens", ["batch"]),
  ];
  const { quality, costUsd } = addCandidates(graph, artifact, pool, inputs[0], inputs[1]);
  const outputs = [quality, costUsd];
  graph.output(quality, ["batch", N]);
  graph.output(costUsd, ["batch", N]);
  if (preference !== null) {
    const { reward: kind, lambdaUsd } = preference;
    if (lambdaUsd === undefined) inputs.push(graph.input("lambda_usd", ["batch"]));
    const lambdas = lambdaUsd === undefined ? { input: "lambda_usd" } : { value: lambdaUsd };
    const reward = addReward(graph, kind, quality, costUsd, lambdas);
    graph.output(reward, ["batch", N]);
    const choice = addChoice(graph, reward, costUsd);
    graph.output(choice, ["batch"], "int64");
    outputs.push(reward, choice);
  }

  const candidates = pool.candidates.map(({ id }) => id);
  const bytes = graph.toBytes(manifest.name, {
    "onehead.artifact": manifest.name,
    "onehead.artifact.checksum": checksumOf(artifact),
    "onehead.candidates": JSON.stringify(candidates),
    "onehead.embedder": manifest.embedder.id,
    "onehead.opset": String(opset),
    "onehead.reward": preference?.reward ?? "none",
    ...(preference?.lambdaUsd === undefined ? {} : { "onehead.lambda_usd": String(preference.lambdaUsd) }),
    ...metadata,
  });
  return { bytes, opset, candidates, inputs, outputs };
}

/** That of the artifact as a file of float32 weights. */
function checksumOf(artifact: Artifact): string {
  return parseSafetensors(serializeArtifact(artifact)).metadata["checksum"];
}

// between these a float32 has λ and what a candidate costs in it
const leastLambdaUsd = 1e-30;

function assertPreference(preference: OnnxPreference | null): void {
  if (preference === null) return;
  const { reward, lambdaUsd } = preference;
  if (reward !== "linear" && reward !== "exponential") {
    const found = String(reward);
    throw new OneheadError(
      "invalid-argument",
      `toOnnx: preference.reward: ${found}, expected "linear" or "exponential"`,
    );
  }
  if (lambdaUsd !== undefined && !(typeof lambdaUsd === "number" && lambdaUsd >= leastLambdaUsd)) {
    const expected = `a number of at least ${leastLambdaUsd}`;
    throw new OneheadError(
      "invalid-argument",
      `toOnnx: preference.lambdaUsd: ${String(lambdaUsd)}, expected ${expected}`,
    );
  }
}

function assertMetadata(metadata: Readonly<Record<string, string>>): void {
  for (const key of Object.keys(metadata)) {
    if (!key.startsWith("onehead.")) continue;
    throw new OneheadError("invalid-argument", `toOnnx: metadata: ${key}, expected keys that do not begin so`);
  }
}
