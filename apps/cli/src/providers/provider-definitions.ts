import { createAnthropic } from "@onehead/anthropic";
import { createBedrock } from "@onehead/bedrock";
import { createCohere } from "@onehead/cohere";
import { createGoogle } from "@onehead/google";
import { createMistral } from "@onehead/mistral";
import { createOllama } from "@onehead/ollama";
import { createOpenAI } from "@onehead/openai";
import type { ChatModel, EmbeddingModel } from "@onehead/provider";

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
  environment: NodeJS.ProcessEnv;
}

/** The models of a provider by name. */
export interface ReachableProvider {
  /** One for each interface that it has, the one that others are translated to first. */
  chat(model: string): ChatModel[];
  embedding?: ((model: string) => EmbeddingModel) | undefined;
}

/** Which interface a provider speaks. */
export type ProviderKind =
  | "openai"
  | "openai-compatible"
  | "anthropic"
  | "google"
  | "mistral"
  | "cohere"
  | "bedrock"
  | "ollama";

export interface ProviderDefinition {
  kind: ProviderKind;
  /** Environment variables of which one holds the key; NAME_FILE names a file that does. */
  keys: readonly string[];
  /** Variables of which one may hold another address. */
  addresses: readonly string[];
  /** Its address, where the interface's own is another's. */
  baseUrl?: string;
  /** Names by which it is known to have models, for requests that do not name the provider. */
  names?: RegExp;
}

/** The providers that are found by what is set in the environment. */
export const providerDefinitions: Readonly<Record<string, ProviderDefinition>> = {
  openai: {
    kind: "openai",
    keys: ["OPENAI_API_KEY"],
    addresses: ["OPENAI_BASE_URL"],
    names: /^(gpt-|chatgpt-|o\d|text-embedding-)/,
  },
  anthropic: { kind: "anthropic", keys: ["ANTHROPIC_API_KEY"], addresses: ["ANTHROPIC_BASE_URL"], names: /^claude-/ },
  google: {
    kind: "google",
    keys: ["GEMINI_API_KEY", "GOOGLE_API_KEY"],
    addresses: ["GOOGLE_GEMINI_BASE_URL", "GEMINI_BASE_URL"],
    names: /^(gemini-|gemma-)/,
  },
  mistral: {
    kind: "mistral",
    keys: ["MISTRAL_API_KEY"],
    addresses: ["MISTRAL_BASE_URL"],
    names: /^(mistral-|codestral-|ministral-|magistral-|pixtral-)/,
  },
  cohere: {
    kind: "cohere",
    keys: ["COHERE_API_KEY", "CO_API_KEY"],
    addresses: ["COHERE_BASE_URL", "CO_API_URL"],
    names: /^(command-|embed-)/,
  },
  bedrock: {
    kind: "bedrock",
    keys: ["AWS_BEARER_TOKEN_BEDROCK", "AWS_ACCESS_KEY_ID"],
    addresses: ["AWS_ENDPOINT_URL_BEDROCK_RUNTIME"],
    names: /^(amazon|anthropic|meta|mistral|us\.\w+|eu\.\w+)\./,
  },
  groq: {
    kind: "openai-compatible",
    keys: ["GROQ_API_KEY"],
    addresses: ["GROQ_BASE_URL"],
    baseUrl: "https://api.groq.com/openai/v1",
  },
  together: {
    kind: "openai-compatible",
    keys: ["TOGETHER_API_KEY"],
    addresses: ["TOGETHER_BASE_URL"],
    baseUrl: "https://api.together.xyz/v1",
  },
  deepseek: {
    kind: "openai-compatible",
    keys: ["DEEPSEEK_API_KEY"],
    addresses: ["DEEPSEEK_BASE_URL"],
    baseUrl: "https://api.deepseek.com/v1",
    names: /^deepseek-/,
  },
  openrouter: {
    kind: "openai-compatible",
    keys: ["OPENROUTER_API_KEY"],
    addresses: ["OPENROUTER_BASE_URL"],
    baseUrl: "https://openrouter.ai/api/v1",
  },
  xai: {
    kind: "openai-compatible",
    keys: ["XAI_API_KEY"],
    addresses: ["XAI_BASE_URL"],
    baseUrl: "https://api.x.ai/v1",
    names: /^grok-/,
  },
  fireworks: {
    kind: "openai-compatible",
    keys: ["FIREWORKS_API_KEY"],
    addresses: ["FIREWORKS_BASE_URL"],
    baseUrl: "https://api.fireworks.ai/inference/v1",
  },
  ai21: {
    kind: "openai-compatible",
    keys: ["AI21_API_KEY"],
    addresses: ["AI21_BASE_URL"],
    baseUrl: "https://api.ai21.com/studio/v1",
    names: /^jamba-/,
  },
  ollama: { kind: "ollama", keys: [], addresses: ["OLLAMA_HOST"] },
};

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
function awsAccess(apiKey: string | undefined, environment: NodeJS.ProcessEnv) {
  const region = environment["AWS_REGION"] || environment["AWS_DEFAULT_REGION"] || "us-east-1";
  const secretAccessKey = environment["AWS_SECRET_ACCESS_KEY"];
  if (apiKey === undefined || apiKey !== environment["AWS_ACCESS_KEY_ID"] || !secretAccessKey)
    return { region, apiKey };
  const sessionToken = environment["AWS_SESSION_TOKEN"] || undefined;
  return { region, credentials: { accessKeyId: apiKey, secretAccessKey, sessionToken } };
}
