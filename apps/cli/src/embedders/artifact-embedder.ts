import { type Artifact, jsBackend, OneheadError } from "@onehead/core";
import { wasmBackend } from "@onehead/core/wasm";
import { type Embedder, embedderOf, neededEmbedder } from "@onehead/embed";
import { staticEnglish } from "@onehead/embed/static-english";
import { parseEmbedderSpec } from "./embedder-spec.js";
import { type NamedEmbedder, nameEmbedder, type OpenOptions } from "./open-embedder.js";

/** An artifact's embedder, before anything of it is loaded or sent. */
export interface ClosedEmbedder {
  /** The embedder outside of the artifact; null where the artifact holds all of it. */
  external: NamedEmbedder | null;
  open(options?: OpenOptions): Promise<Embedder>;
}

/**
 * The embedder that an artifact needs, with the static table that ships with the command line and what `--embedder` names.
 *
 * @throws OneheadError "embedder-mismatch" when the artifact needs an embedder and none is named, or the other way round
 */
export async function artifactEmbedder(artifact: Artifact, spec: string | undefined): Promise<ClosedEmbedder> {
  const backend = wasmBackend() ?? jsBackend;
  const sources = { tables: [staticEnglish(backend)], backend };
  const needed = neededEmbedder(artifact);
  if (needed === null) {
    if (spec !== undefined) {
      throw new OneheadError("embedder-mismatch", `--embedder ${spec}: the artifact was trained without one`);
    }
    const embedder = embedderOf(artifact, sources);
    return { external: null, open: async () => embedder };
  }
  if (spec === undefined) {
    const { id, origin } = needed;
    const hint = origin === null ? "" : ` (--embedder ${hintOf(origin)})`;
    throw new OneheadError("embedder-mismatch", `--embedder is missing: the artifact was trained with ${id}${hint}`);
  }
  const external = await nameEmbedder(spec, parseEmbedderSpec(spec));
  const { dimensions } = needed;
  return {
    external,
    open: async (options) =>
      embedderOf(artifact, { ...sources, external: await external.open({ ...options, dimensions }) }),
  };
}

function hintOf({ provider, model }: { provider: string; model: string }): string {
  if (provider === "energetic") return provider;
  return provider === "transformers" ? "transformers:FOLDER" : `${provider}:${model}`;
}
