import type { FetchSettings } from "@onehead/provider-http";

/** `GoogleGenAI` of `@google/genai`, or any object that has what is used of it. */
export interface GoogleClient {
  readonly models: {
    generateContent(params: never): PromiseLike<unknown>;
    generateContentStream(params: never): PromiseLike<unknown>;
    embedContent(params: never): PromiseLike<unknown>;
  };
}

interface CommonSettings {
  /** Id of the provider in prices, errors and `providerOptions`. Default "google". */
  provider?: string | undefined;
}

/**
 * A client of one's own. It must be made without `retryOptions`: this client has them for all of its calls alike and loses the
 * status of a call that fails under them. Whoever calls a model decides on retries.
 */
export interface GoogleClientSettings extends CommonSettings {
  client: GoogleClient;
  /** Of a call that says nothing: until the answer, or the first event of a stream. Default 600,000. */
  timeoutMs?: number | undefined;
  /** Longest silence within a stream. Default 120,000. */
  idleTimeoutMs?: number | undefined;
}

/** Plain fetch. `baseUrl` is https://generativelanguage.googleapis.com/v1beta unless it is given; the key is a header. */
export interface GoogleFetchSettings extends CommonSettings, FetchSettings {
  client?: undefined;
}

export type GoogleSettings = GoogleClientSettings | GoogleFetchSettings;
