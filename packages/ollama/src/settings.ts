import type { FetchSettings } from "@onehead/provider-http";

/** The official client of "ollama" or "ollama/browser", or any object that has what is used of it. */
export interface OllamaClient {
  chat(request: never): PromiseLike<unknown>;
  embed(request: never): PromiseLike<unknown>;
}

interface CommonSettings {
  /** Id of the provider in prices, errors and `providerOptions`. Default "ollama". */
  provider?: string | undefined;
  /** How long the model stays in memory after a call: seconds, or text such as "10m"; the server's own default when left out. */
  keepAlive?: string | number | undefined;
}

/** A client of one's own. Its `fetch` is wrapped for each call: the client itself takes no signal. */
export interface OllamaClientSettings extends CommonSettings {
  client: OllamaClient;
  /** Of a call that says nothing: until the answer, or the first event of a stream. Default 600,000. */
  timeoutMs?: number | undefined;
  /** Longest silence within a stream. Default 120,000. */
  idleTimeoutMs?: number | undefined;
}

/** Plain fetch. `baseUrl` is http://127.0.0.1:11434 unless it is given; https://ollama.com asks for an `apiKey`. */
export interface OllamaFetchSettings extends CommonSettings, FetchSettings {
  client?: undefined;
}

export type OllamaSettings = OllamaClientSettings | OllamaFetchSettings;
