import type { Artifact, JsonValue } from "@onehead/core";
import { syntheticArtifact } from "../../../core/src/artifact/contract/synthetic-artifact.js";
import type { JoinedEmbedder } from "../joined/joined-embedder.js";
import type { TrainedEmbedder } from "../trained/trained-embedder.js";

/** A router of random weights that is said to have been trained with that embedder. */
export function routerWith(embedder: TrainedEmbedder | JoinedEmbedder): Artifact {
  const { config, tensors } = embedder.toTensors();
  const sizes = { members: 1, keyWidth: 3, hiddenWidth: 4, anchors: 5, rank: 2, dimensions: embedder.dimensions };
  const artifact = syntheticArtifact("low-rank", 0, sizes);
  const described = { id: embedder.id, kind: config.kind, dimensions: embedder.dimensions };
  const stored = Object.entries(tensors).map(([name, tensor]) => [`embedder.${name}`, tensor] as const);
  return {
    manifest: {
      ...artifact.manifest,
      embedder: { ...described, config: JSON.parse(JSON.stringify(config)) as JsonValue },
    },
    tensors: new Map([...artifact.tensors, ...stored]),
  };
}
