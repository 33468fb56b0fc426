/** What every hosted embedder can be told. */
export interface ClientOptions {
  /** Name of the model, as the provider spells it. */
  model: string;
  /** Sent as the provider wants it, and nowhere else. */
  apiKey?: string | undefined;
  /** Where the interface is, up to and without the last part of its path; the provider's own host unless given. */
  baseUrl?: string | undefined;
  /** Sent with every request, beside those of the provider. */
  headers?: Readonly<Record<string, string>> | undefined;
  /**
   * X, the length of the model's vectors. Known for common models; for others give it, or see `measureDimensions`.
   * Where it differs from a known model's own length, the model is asked to shorten its vectors.
   */
  dimensions?: number | undefined;
  /** Texts a request, at most. */
  batchTexts?: number | undefined;
  /** Estimated tokens a request, at most. */
  batchTokens?: number | undefined;
  /** Estimated tokens of a text that are sent, its first ones; part of the embedder's id when given. */
  textTokens?: number | undefined;
  /** Requests under way at once; 4. */
  concurrency?: number | undefined;
  /** Time for one try's answer; 60,000. */
  timeoutMs?: number | undefined;
  /** Tries after a first that failed in a way that may go away; 4. */
  retries?: number | undefined;
  /** Wait before the second try, which doubles from try to try; 500. */
  backOffMs?: number | undefined;
  /** No wait is longer; a server that asks for more is not asked again. 60,000. */
  longestWaitMs?: number | undefined;
  /** Texts whose vectors are kept, the latest used ones; 1024, 0 for none. */
  cacheEntries?: number | undefined;
  /** Used instead of the global one. */
  fetch?: typeof fetch | undefined;
}

/** OpenAI and everything that speaks its `/embeddings`: vLLM, LM Studio, Together, Azure behind a proxy, … */
export interface OpenAiOptions extends ClientOptions {
  provider: "openai";
  /** How vectors travel: "base64" is a quarter of the bytes and is asked for unless given; an answer may have either. */
  encoding?: "base64" | "float" | undefined;
}

export interface CohereOptions extends ClientOptions {
  provider: "cohere";
  /** "classification" unless given: the router's networks take the vector as features. Part of the embedder's id. */
  inputType?: "classification" | "clustering" | "search_query" | "search_document" | undefined;
}

export interface VoyageOptions extends ClientOptions {
  provider: "voyage";
  /** No prefix unless given. Part of the embedder's id. */
  inputType?: "query" | "document" | undefined;
  encoding?: "base64" | "float" | undefined;
}

export interface OllamaOptions extends ClientOptions {
  provider: "ollama";
}

export interface WorkersAiOptions extends ClientOptions {
  provider: "workers-ai";
  /** Cloudflare's account; not needed where `baseUrl` has it. */
  accountId?: string | undefined;
}

export type HostedEmbedderOptions = OpenAiOptions | CohereOptions | VoyageOptions | OllamaOptions | WorkersAiOptions;
