import { createAnthropic } from "@onehead/anthropic";
import { createBedrock } from "@onehead/bedrock";
import { createCohere } from "@onehead/cohere";
import { createGoogle } from "@onehead/google";
import { createMistral } from "@onehead/mistral";
import { createOllama } from "@onehead/ollama";
import { createOpenAI } from "@onehead/openai";
import type { ChatModel, EmbeddingModel } from "@onehead/provider";
import type { Environment } from "./find-providers.js";
import type { ProviderKind } from "./provider-definitions.js";

/** How the models of one provider are reached. */
export interface ProviderSettings {
  /** Id in decisions, prices and limits. */
  provider: string;
  apiKey: string | undefined;
  /** The provider's own address when left out. */
  baseUrl: string | undefined;
  fetch: typeof globalThis.fetch;
  timeoutMs: number | undefined;
  idleTimeoutMs: number | undefined;
  environment: Environment;
}

/** The models of a provider by name. */
export interface ReachableProvider {
  /** One for each interface that it has, the one that others are translated to first. */
  chat(model: string): ChatModel[];
  embedding?: ((model: string) => EmbeddingModel) | undefined;
}

/** @throws ProviderError "invalid-argument" naming the setting */
export function reachProvider(kind: ProviderKind, settings: ProviderSettings): ReachableProvider {
  const { provider, apiKey, baseUrl, fetch, timeoutMs, idleTimeoutMs, environment } = settings;
  const common = { provider, apiKey, baseUrl, fetch, timeoutMs, idleTimeoutMs };
  switch (kind) {
    case "openai": {
      const openai = createOpenAI(common);
      return {
        chat: (model) => [openai.chatModel(model), openai.chatModel(model, { api: "responses" })],
        embedding: (model) => openai.embeddingModel(model),
      };
    }
    case "openai-compatible": {
      const openai = createOpenAI({ ...common, dialect: "compatible" });
      return { chat: (model) => [openai.chatModel(model)], embedding: (model) => openai.embeddingModel(model) };
    }
    case "anthropic": {
      const anthropic = createAnthropic({ ...common, baseUrl: baseUrl?.replace(/\/v1\/?$/, "") });
      return { chat: (model) => [anthropic.chatModel(model)] };
    }
    case "google": {
      const google = createGoogle({ ...common, baseUrl: withVersion(baseUrl) });
      return { chat: (model) => [google.chatModel(model)], embedding: (model) => google.embeddingModel(model) };
    }
    case "mistral": {
      const mistral = createMistral({ ...common, baseUrl: baseUrl?.replace(/\/v1\/?$/, "") });
      return { chat: (model) => [mistral.chatModel(model)], embedding: (model) => mistral.embeddingModel(model) };
    }
    case "cohere": {
      const cohere = createCohere({ apiKey, baseUrl, fetch, timeoutMs, idleTimeoutMs });
      return { chat: (model) => [cohere.chatModel(model)], embedding: (model) => cohere.embeddingModel(model) };
    }
    case "bedrock": {
      const bedrock = createBedrock({ baseUrl, fetch, timeoutMs, idleTimeoutMs, ...awsAccess(apiKey, environment) });
      return { chat: (model) => [bedrock.chatModel(model)], embedding: (model) => bedrock.embeddingModel(model) };
    }
    case "ollama": {
      const ollama = createOllama(common);
      return { chat: (model) => [ollama.chatModel(model)], embedding: (model) => ollama.embeddingModel(model) };
    }
  }
}

/** Google's own clients take an address without the version. */
function withVersion(baseUrl: string | undefined): string | undefined {
  if (baseUrl === undefined || /\/v\d/.test(baseUrl)) return baseUrl;
  return `${baseUrl.replace(/\/+$/, "")}/v1beta`;
}

/** A Bedrock key goes as it is; a key of AWS signs. */
function awsAccess(apiKey: string | undefined, environment: Environment) {
  const region = environment["AWS_REGION"] || environment["AWS_DEFAULT_REGION"] || "us-east-1";
  const secretAccessKey = environment["AWS_SECRET_ACCESS_KEY"];
  if (apiKey === undefined || apiKey !== environment["AWS_ACCESS_KEY_ID"] || !secretAccessKey)
    return { region, apiKey };
  const sessionToken = environment["AWS_SESSION_TOKEN"] || undefined;
  return { region, credentials: { accessKeyId: apiKey, secretAccessKey, sessionToken } };
}
