import type { Embedder } from "@onehead/embed";
import type { EmbedderSpec } from "./embedder-spec.js";
import { hostedSettings } from "./hosted-settings.js";

export interface OpenOptions {
  signal?: AbortSignal | undefined;
  /** Vectors that a hosted embedder keeps, where a command comes back to more prompts than by itself. */
  cacheEntries?: number | undefined;
}

/** An embedder that is named but not yet opened: nothing has been sent or loaded. */
export interface NamedEmbedder {
  /** As the user spelt it. */
  text: string;
  /** Where prompts will be sent; null for a model in this process. */
  host: string | null;
  /** What will be downloaded, in words; null for nothing. */
  download: string | null;
  /**
   * Loads the model, or asks a hosted one for its dimensions where neither the artifact nor a table knows them.
   *
   * @param dimensions as the artifact records them
   */
  open(options: OpenOptions & { dimensions?: number | undefined }): Promise<Embedder>;
}

/** @throws OneheadError "invalid-argument" when the environment lacks an address or a key */
export async function nameEmbedder(text: string, spec: EmbedderSpec): Promise<NamedEmbedder> {
  if (spec.kind === "energetic") {
    return {
      text,
      host: null,
      download: null,
      open: async () => (await import("@onehead/embed/energetic")).energeticEmbedder(),
    };
  }
  if (spec.kind === "transformers") {
    const { model } = spec;
    const isFolder = /^(\.{0,2}[\\/]|[A-Za-z]:[\\/])/.test(model);
    return {
      text,
      host: null,
      download: isFolder ? null : `the model ${model} from the Hugging Face hub, unless it is here already`,
      open: async () => (await import("@onehead/embed/transformers")).transformersEmbedder({ model }),
    };
  }
  const settings = hostedSettings(spec, process.env);
  const { hostedEmbedder, hostedOrigin, measureDimensions } = await import("@onehead/embed/hosted");
  return {
    text,
    host: hostedOrigin(settings).host,
    download: null,
    open: async ({ dimensions, signal, cacheEntries }) =>
      hostedEmbedder({
        ...settings,
        cacheEntries,
        dimensions: dimensions ?? (await measureDimensions(settings, signal === undefined ? {} : { signal })),
      }),
  };
}
