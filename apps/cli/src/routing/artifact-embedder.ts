import type { Artifact } from "@onehead/core";
import { embedderOf, type TrainedEmbedder } from "@onehead/embed";
import { staticEnglish } from "@onehead/embed/static-english";

/** The artifact's embedder, with the static table that ships with the command line. */
export function artifactEmbedder(artifact: Artifact): TrainedEmbedder {
  return embedderOf(artifact, { tables: [staticEnglish()] });
}
