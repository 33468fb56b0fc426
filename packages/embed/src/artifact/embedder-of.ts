import { type Artifact, type Backend, jsBackend, OneheadError } from "@onehead/core";
import type { Embedder, EmbedderOrigin } from "../embedder.js";
import { JoinedEmbedder } from "../joined/joined-embedder.js";
import { joinedKind, parseJoinedConfig } from "../joined/joined-tables.js";
import type { StaticTable } from "../static/static-table.js";
import { TrainedEmbedder } from "../trained/trained-embedder.js";
import type { EmbedderTensors } from "./parse-fields.js";

export const embedderPrefix = "embedder.";

export interface EmbedderOfOptions {
  /** Static tables at hand: `[staticEnglish()]` serves every artifact of the command line. */
  tables?: readonly StaticTable[] | undefined;
  /** The embedder outside of the artifact, for an artifact that was trained with one. */
  external?: Embedder | undefined;
  /** Sums the tables' rows; `jsBackend` when left out. Vectors of two backends differ by rounding only. */
  backend?: Backend | undefined;
}

/** An embedder that lives outside of an artifact, and that the artifact cannot do without. */
export interface NeededEmbedder {
  readonly id: string;
  readonly dimensions: number;
  /** Where it was had from, if its maker said so. */
  readonly origin: EmbedderOrigin | null;
}

/**
 * What has to be passed as `external` to {@link embedderOf}; null for an artifact that holds its whole embedder.
 *
 * @throws OneheadError "artifact" for a damaged description
 */
export function neededEmbedder(artifact: Artifact): NeededEmbedder | null {
  const { kind, config } = artifact.manifest.embedder;
  if (kind !== joinedKind) return null;
  const { id, dimensions, provider, model } = parseJoinedConfig(config).external;
  return { id, dimensions, origin: provider === null || model === null ? null : { provider, model } };
}

/**
 * The embedder that an artifact was trained with: the trained one that travels in it, with the static table that it was
 * fitted with, if any, and joined with the external embedder, if it was trained with one.
 *
 * Only an artifact that needs an external embedder takes one, and its vectors come asynchronously.
 *
 * @throws OneheadError "artifact" for damaged tables, "embedder-mismatch" when they are not the ones that the router was
 * trained with, when the static table is not among `tables`, or when `external` is missing, another one or not needed
 */
export function embedderOf(artifact: Artifact, options?: EmbedderOfOptions & { external?: undefined }): TrainedEmbedder;
export function embedderOf(artifact: Artifact, options: EmbedderOfOptions): TrainedEmbedder | JoinedEmbedder;
export function embedderOf(artifact: Artifact, options: EmbedderOfOptions = {}): TrainedEmbedder | JoinedEmbedder {
  const { tables: staticTables = [], external } = options;
  const backend = options.backend ?? jsBackend;
  const { id, kind, config } = artifact.manifest.embedder;
  if (kind !== joinedKind && external !== undefined) {
    throw new OneheadError(
      "embedder-mismatch",
      `embedderOf: the artifact holds its whole embedder, ${id.slice(0, 80)}, given ${external.id.slice(0, 80)} beside it`,
    );
  }
  const tensors = embedderTensors(artifact);
  const embedder =
    kind === joinedKind
      ? JoinedEmbedder.fromTensors(config, tensors, external, staticTables, backend)
      : TrainedEmbedder.fromTensors(config, tensors, staticTables, backend);
  assertNamed(artifact, embedder);
  return embedder;
}

/** Throws OneheadError "embedder-mismatch" unless this is the embedder that the manifest names. */
export function assertNamed({ manifest }: Artifact, held: { readonly id: string; readonly dimensions: number }): void {
  const { id, dimensions } = manifest.embedder;
  if (held.id === id && held.dimensions === dimensions) return;
  throw new OneheadError(
    "embedder-mismatch",
    `embedderOf: the artifact holds ${held.id} but was trained with ${id} of ${dimensions} dimensions`,
  );
}

/** The embedder's own tensors, by the names that it gave them. */
export function embedderTensors({ tensors }: Artifact): EmbedderTensors {
  const own: EmbedderTensors = {};
  for (const [name, tensor] of tensors) {
    if (name.startsWith(embedderPrefix)) own[name.slice(embedderPrefix.length)] = tensor;
  }
  return own;
}
