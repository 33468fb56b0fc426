import type { FetchSettings } from "@onehead/provider-http";

/** What is used of the official client: `CohereClientV2`, or the `v2` of a `CohereClient`. */
export interface CohereV2Client {
  chat(request: never, options?: never): PromiseLike<unknown>;
  chatStream(request: never, options?: never): PromiseLike<unknown>;
  embed(request: never, options?: never): PromiseLike<unknown>;
}

export type CohereClient = CohereV2Client | { readonly v2: CohereV2Client };

/** A client of one's own. Its retries are switched off for each call: whoever calls a model decides on them. */
export interface CohereClientSettings {
  client: CohereClient;
  /** Of a call that says nothing: until the answer, or the first event of a stream. Default 600,000. */
  timeoutMs?: number | undefined;
  /** Longest silence within a stream. Default 120,000. */
  idleTimeoutMs?: number | undefined;
}

/** Plain fetch. `baseUrl` is https://api.cohere.com unless it is given. */
export interface CohereFetchSettings extends FetchSettings {
  client?: undefined;
}

export type CohereSettings = CohereClientSettings | CohereFetchSettings;
