import type { Artifact } from "../artifact/artifact.js";
import { findCandidate } from "../artifact/find-candidate.js";
import type { Candidate, Manifest, NewModelPrior, Prices } from "../artifact/manifest.js";
import { validateManifest } from "../artifact/validate-manifest.js";
import { invalidArgument } from "../errors/invalid-argument.js";
import { type Backend, jsBackend } from "../kernels/backend.js";
import { assertPrices } from "../router/assert-prices.js";
import { assertNewModel } from "./assert-new-model.js";
import { type FittedCost, fitCost } from "./fit-cost.js";
import { fitQuality } from "./fit-quality.js";
import { knownOutputs } from "./known-outputs.js";
import type { NewModel } from "./new-model.js";
import { newModelPrior } from "./new-model-prior.js";

/**
 * The artifact with one more candidate, known by a few scored prompts: nothing is retrained, no tensor changes, and the
 * artifact that was given stays as it was. An inherited candidate of that id is replaced; what is not given of its prices,
 * capabilities and names is kept.
 *
 * @throws OneheadError "invalid-argument" (an id that is taken, a score, token count or price out of range, a missing price),
 *   "embedder-mismatch", "artifact" (an external model, or trained without the basis for new models); ShapeError for an embedding of another length
 * Source: our own; docs/design/new-models.md
 */
export function addProbedModel(artifact: Artifact, model: NewModel, backend: Backend = jsBackend): Artifact {
  assertNewModel(artifact, model);
  const { manifest } = artifact;
  const newModels = newModelPrior(manifest);
  const { samples } = model;
  const replaced = manifest.candidates.find(({ id }) => id === model.id);
  const prices = model.prices ?? replaced?.prices;
  if (prices !== undefined) assertPrices("addModel: prices", prices);
  const D = manifest.embedder.dimensions;
  const embeddings = new Float32Array(samples.length * D);
  samples.forEach(({ embedding }, i) => {
    embeddings.set(embedding, i * D);
  });
  const known = knownOutputs(artifact, embeddings, backend);
  const { costKind, costRows, costShift, smearing } = fitCost(manifest, prices, samples, known);
  const scores = Float64Array.from(samples, ({ score }) => score);
  const level = levelAt(newModels, logUsdOf(newModels, prices, { costKind, costShift }));
  const quality = fitQuality(known.components, scores, level, newModels);

  const candidate: Candidate = {
    ...(replaced ?? {}),
    id: model.id,
    ...(model.aliases === undefined ? {} : { aliases: [...model.aliases] }),
    ...(model.provider === undefined ? {} : { provider: model.provider }),
    ...(model.capabilities === undefined ? {} : { capabilities: model.capabilities }),
    ...(prices === undefined ? {} : { prices }),
    profile: { kind: "probed", rows: samples.length, costRows, ...quality, costShift },
    costKind,
    smearing,
  };
  return { ...artifact, manifest: validateManifest(withCandidate(manifest, candidate)) };
}

/** @throws OneheadError "unknown-model", or "invalid-argument" for a model that is not probed: its columns belong to the network */
export function removeProbedModel(artifact: Artifact, id: string): Artifact {
  const { manifest } = artifact;
  const found = findCandidate("removeModel", manifest.candidates, id);
  if (found.profile.kind !== "probed") {
    throw invalidArgument(`removeModel: ${id}`, found.profile.kind, "a probed model");
  }
  const candidates = manifest.candidates.filter((candidate) => candidate !== found);
  const defaultPool = manifest.defaultPool?.filter((name) => name !== id);
  // a pool of nothing but removed models is everybody again
  const { defaultPool: _, ...rest } = manifest;
  return {
    ...artifact,
    manifest: {
      ...rest,
      candidates,
      ...(defaultPool?.length ? { defaultPool } : {}),
    },
  };
}

function withCandidate(manifest: Manifest, candidate: Candidate): Manifest {
  const { candidates, defaultPool } = manifest;
  const replaced = candidates.map((known) => (known.id === candidate.id ? candidate : known));
  return {
    ...manifest,
    candidates: replaced.includes(candidate) ? replaced : [...replaced, candidate],
    ...(defaultPool && { defaultPool: [...new Set([...defaultPool, candidate.id])] }),
  };
}

/** Log USD of a typical request: at the model's list price, or by its shift against the measured models. */
function logUsdOf(
  { typical }: NewModelPrior,
  prices: Prices | undefined,
  { costKind, costShift }: Pick<FittedCost, "costKind" | "costShift">,
): number | null {
  if (typical.meanLogUsd === null) return null;
  if (costKind === "usd" || prices === undefined) return typical.meanLogUsd + costShift;
  const { inputUsdPerMillionTokens, outputUsdPerMillionTokens } = prices;
  const { inputTokens, outputTokens } = typical;
  return Math.log((inputTokens * inputUsdPerMillionTokens + outputTokens * outputUsdPerMillionTokens) / 1e6);
}

/** Prior mean of b at that price; no further from the mean price than the measured models are. */
function levelAt({ level, typical }: NewModelPrior, logUsd: number | null): number {
  if (logUsd === null || typical.meanLogUsd === null) return level.mean;
  const distance = Math.min(level.reach, Math.max(-level.reach, logUsd - typical.meanLogUsd));
  return level.mean + level.slope * distance;
}
