import type { FetchSettings } from "@onehead/provider-http";

/** The official client, or any object that has what is used of it. */
export interface MistralClient {
  /** The client's own name of its address. */
  readonly _baseURL?: URL | null | undefined;
  readonly chat: {
    complete(request: never, options?: never): PromiseLike<unknown>;
    stream(request: never, options?: never): PromiseLike<unknown>;
  };
  /** The clients for other clouds have none. */
  readonly embeddings?: { create(request: never, options?: never): PromiseLike<unknown> } | undefined;
}

interface CommonSettings {
  /** Id of the provider in prices, errors and `providerOptions`. Default "mistral". */
  provider?: string | undefined;
}

/**
 * A client of one's own. Its retries are switched off for each call: whoever calls a model decides on them. It checks what it
 * sends, and leaves out fields of `providerOptions` that it does not know.
 */
export interface MistralClientSettings extends CommonSettings {
  client: MistralClient;
  /** Of a call that says nothing: until the answer, or the first event of a stream. Default 600,000. */
  timeoutMs?: number | undefined;
  /** Longest silence within a stream. Default 120,000. */
  idleTimeoutMs?: number | undefined;
}

/** Plain fetch. `baseUrl` is https://api.mistral.ai unless it is given: without /v1, as the client's `serverURL`. */
export interface MistralFetchSettings extends CommonSettings, FetchSettings {
  client?: undefined;
}

export type MistralSettings = MistralClientSettings | MistralFetchSettings;
