import type { HostedEmbedderOptions } from "@onehead/embed/hosted";
import { UsageError } from "../process/report-failure.js";

/** What `--embedder` names. */
export type EmbedderSpec =
  | { kind: "hosted"; provider: HostedEmbedderOptions["provider"]; model: string }
  | { kind: "transformers"; model: string }
  | { kind: "energetic" };

const hosted: ReadonlyArray<HostedEmbedderOptions["provider"]> = ["openai", "cohere", "voyage", "ollama", "workers-ai"];

/** @throws UsageError for anything but `provider:model`, `transformers:model` and `energetic` */
export function parseEmbedderSpec(text: string): EmbedderSpec {
  const colon = text.indexOf(":");
  const name = colon < 0 ? text : text.slice(0, colon);
  const model = colon < 0 ? "" : text.slice(colon + 1);
  if (name === "energetic" && colon < 0) return { kind: "energetic" };
  if (name === "transformers" && model !== "") return { kind: "transformers", model };
  const provider = hosted.find((known) => known === name);
  if (provider !== undefined && model !== "") return { kind: "hosted", provider, model };
  const forms = [...hosted.map((known) => `${known}:MODEL`), "transformers:FOLDER", "energetic"];
  throw new UsageError(`--embedder ${text}: expected ${forms.join(", ")}`);
}
