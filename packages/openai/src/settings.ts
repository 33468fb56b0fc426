import type { FetchSettings } from "@onehead/provider-http";

/** The official client, or any object that has what is used of it. */
export interface OpenAIClient {
  readonly baseURL: string;
  readonly chat: { readonly completions: { create(body: never, options?: never): PromiseLike<unknown> } };
  readonly responses: { create(body: never, options?: never): PromiseLike<unknown> };
  readonly embeddings: { create(body: never, options?: never): PromiseLike<unknown> };
}

/** How OpenAI's own service differs from servers that speak its interface. */
export type Dialect =
  /** `max_completion_tokens`, no `top_k` */
  | "openai"
  /** `max_tokens`, and `top_k` is passed on */
  | "compatible";

interface CommonSettings {
  /** Id of the provider in prices, errors and `providerOptions`. Default "openai". */
  provider?: string | undefined;
  /** By the host when left out: "openai" at api.openai.com and Azure, else "compatible". */
  dialect?: Dialect | undefined;
}

/** A client of one's own. Its retries are switched off for each call: whoever calls a model decides on them. */
export interface OpenAIClientSettings extends CommonSettings {
  client: OpenAIClient;
  /** Of a call that says nothing: until the answer, or the first event of a stream. Default 600,000. */
  timeoutMs?: number | undefined;
  /** Longest silence within a stream. Default 120,000. */
  idleTimeoutMs?: number | undefined;
}

/**
 * Plain fetch. `baseUrl` is https://api.openai.com/v1 unless it is given; Azure's is
 * https://RESOURCE.openai.azure.com/openai/v1. No key is sent where none is given: local servers need none.
 */
export interface OpenAIFetchSettings extends CommonSettings, FetchSettings {
  client?: undefined;
}

export type OpenAISettings = OpenAIClientSettings | OpenAIFetchSettings;
