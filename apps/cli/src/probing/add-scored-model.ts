import { type Artifact, addProbedModel, type Candidate, type Prices, Router } from "@onehead/core";
import { promptHash } from "@onehead/data";
import type { ScoredPrompt } from "@onehead/train";

export interface AddedModel {
  artifact: Artifact;
  candidate: Candidate;
  /** Means over the scored prompts of what is now predicted for the model. */
  predictedQuality: number;
  uncertainty: number;
}

/**
 * The artifact with a model that is known by scored prompts. Their hashes join those that were trained on, so that an
 * evaluation leaves them out.
 *
 * @param embeddings (R, D) of the scored prompts, by the artifact's embedder
 * @throws as `addProbedModel`
 */
export function addScoredModel(
  artifact: Artifact,
  id: string,
  prices: Prices | undefined,
  scored: readonly ScoredPrompt[],
  embeddings: Float32Array,
): AddedModel {
  const D = artifact.manifest.embedder.dimensions;
  const samples = scored.map(({ score, inputTokens, outputTokens, costUsd }, i) => ({
    embedding: embeddings.slice(i * D, (i + 1) * D),
    score,
    inputTokens,
    outputTokens,
    costUsd,
  }));
  const extended = addProbedModel(artifact, { id, prices, samples });
  const tensors = new Map(extended.tensors);
  const hashes = tensors.get("training.promptHashes");
  if (hashes !== undefined) {
    const all = new Set([...hashes.data, ...scored.map(({ prompt }) => promptHash(prompt))]);
    tensors.set("training.promptHashes", { shape: [all.size], data: Uint32Array.from(all).sort() });
  }
  const result = { manifest: extended.manifest, tensors };
  const predicted = new Router(result, { models: [id] }).predictBatch(embeddings, new Float64Array(scored.length));
  const mean = (values: Float32Array): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  const candidate = result.manifest.candidates.find((known) => known.id === id) as Candidate;
  return {
    artifact: result,
    candidate,
    predictedQuality: mean(predicted.quality),
    uncertainty: mean(predicted.uncertainty),
  };
}
