import { ollamaAddress } from "@onehead/compose/providers";
import { OneheadError } from "@onehead/core";
import type { HostedEmbedderOptions } from "@onehead/embed/hosted";
import type { EmbedderSpec } from "./embedder-spec.js";

type Provider = HostedEmbedderOptions["provider"];

/** Environment variables of each provider; README.md lists them. */
const variables: Readonly<Record<Provider, { key: string; base: string; keyNeeded: boolean }>> = {
  openai: { key: "OPENAI_API_KEY", base: "OPENAI_BASE_URL", keyNeeded: true },
  cohere: { key: "COHERE_API_KEY", base: "COHERE_BASE_URL", keyNeeded: true },
  voyage: { key: "VOYAGE_API_KEY", base: "VOYAGE_BASE_URL", keyNeeded: true },
  ollama: { key: "OLLAMA_API_KEY", base: "OLLAMA_HOST", keyNeeded: false },
  "workers-ai": { key: "CLOUDFLARE_API_TOKEN", base: "CLOUDFLARE_BASE_URL", keyNeeded: true },
};

/**
 * Options of a hosted embedder with address and key from the environment. A server of one's own may do without a key.
 *
 * @throws OneheadError "invalid-argument" naming the variable that is missing
 */
export function hostedSettings(
  { provider, model }: Extract<EmbedderSpec, { kind: "hosted" }>,
  environment: NodeJS.ProcessEnv,
): HostedEmbedderOptions {
  const { key, base, keyNeeded } = variables[provider];
  const apiKey = environment[key] || undefined;
  const given = environment[base] || undefined;
  if (keyNeeded && apiKey === undefined && given === undefined) {
    throw new OneheadError("invalid-argument", `--embedder ${provider}: ${key}: not set, expected a key`);
  }
  const baseUrl = provider === "ollama" && given !== undefined ? ollamaAddress(given) : given;
  const common = { model, apiKey, baseUrl };
  if (provider === "workers-ai") {
    return { provider, ...common, accountId: environment["CLOUDFLARE_ACCOUNT_ID"] || undefined };
  }
  return { provider, ...common };
}
