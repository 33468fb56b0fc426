import type { FetchSettings } from "@onehead/provider-http";

/** The official client, or any object that has what is used of it. */
export interface AnthropicClient {
  readonly baseURL: string;
  readonly messages: { create(body: never, options?: never): PromiseLike<unknown> };
}

interface CommonSettings {
  /** Id of the provider in prices, errors and `providerOptions`. Default "anthropic". */
  provider?: string | undefined;
}

/**
 * A client of one's own. Its retries and its own timeout are switched off for each call: whoever calls a model decides on them.
 */
export interface AnthropicClientSettings extends CommonSettings {
  client: AnthropicClient;
  /** Of a call that says nothing: until the answer, or the first event of a stream. Default 600,000. */
  timeoutMs?: number | undefined;
  /** Longest silence within a stream. Default 120,000. */
  idleTimeoutMs?: number | undefined;
}

/** Plain fetch. `baseUrl` is https://api.anthropic.com unless it is given, without the /v1 as in the official client. */
export interface AnthropicFetchSettings extends CommonSettings, FetchSettings {
  client?: undefined;
}

export type AnthropicSettings = AnthropicClientSettings | AnthropicFetchSettings;
