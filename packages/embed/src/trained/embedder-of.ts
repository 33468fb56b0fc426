import { type Artifact, OneheadError } from "@onehead/core";
import type { EmbedderTensors } from "./embedder-tables.js";
import { TrainedEmbedder } from "./trained-embedder.js";

const prefix = "embedder.";

/**
 * The trained embedder that travels in an artifact.
 *
 * @throws OneheadError "artifact" for damaged tables, "embedder-mismatch" when they are not the ones that the router was
 * trained with, or when the artifact names an embedder that lives outside of it
 */
export function embedderOf(artifact: Artifact): TrainedEmbedder {
  const { id, dimensions, config } = artifact.manifest.embedder;
  const tensors: EmbedderTensors = {};
  for (const [name, tensor] of artifact.tensors) {
    if (name.startsWith(prefix)) tensors[name.slice(prefix.length)] = tensor;
  }
  const embedder = TrainedEmbedder.fromTensors(config, tensors);
  if (embedder.id !== id || embedder.dimensions !== dimensions) {
    throw new OneheadError(
      "embedder-mismatch",
      `embedderOf: the artifact holds ${embedder.id} but was trained with ${id} of ${dimensions} dimensions`,
    );
  }
  return embedder;
}
