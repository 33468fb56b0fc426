import { type Artifact, OneheadError } from "@onehead/core";
import type { StaticTable } from "../static/static-table.js";
import type { EmbedderTensors } from "./embedder-tables.js";
import { TrainedEmbedder } from "./trained-embedder.js";

const prefix = "embedder.";

export interface EmbedderOfOptions {
  /** Static tables at hand: `[staticEnglish()]` serves every artifact of the command line. */
  tables?: readonly StaticTable[] | undefined;
}

/**
 * The trained embedder that travels in an artifact, joined with the static table that it was fitted with, if any.
 *
 * @throws OneheadError "artifact" for damaged tables, "embedder-mismatch" when they are not the ones that the router was
 * trained with, when the static table is not among `tables`, or when the artifact names an embedder that lives outside of it
 */
export function embedderOf(artifact: Artifact, { tables: staticTables = [] }: EmbedderOfOptions = {}): TrainedEmbedder {
  const { id, dimensions, config } = artifact.manifest.embedder;
  const tensors: EmbedderTensors = {};
  for (const [name, tensor] of artifact.tensors) {
    if (name.startsWith(prefix)) tensors[name.slice(prefix.length)] = tensor;
  }
  const embedder = TrainedEmbedder.fromTensors(config, tensors, staticTables);
  if (embedder.id !== id || embedder.dimensions !== dimensions) {
    throw new OneheadError(
      "embedder-mismatch",
      `embedderOf: the artifact holds ${embedder.id} but was trained with ${id} of ${dimensions} dimensions`,
    );
  }
  return embedder;
}
