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
