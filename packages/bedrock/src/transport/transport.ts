import type { Call } from "@onehead/provider-http";
import type { BedrockSettings } from "../settings.js";
import { clientTransport } from "./client-transport.js";
import { fetchTransport } from "./fetch-transport.js";

export type Headers = Readonly<Record<string, string>> | undefined;

/** How requests reach Bedrock, in either style. Answers have the client's form: its `$metadata` with the request's id. */
export interface Transport {
  readonly host: string | undefined;
  converse(call: Call, model: string, body: object, headers: Headers): Promise<unknown>;
  /** Settles when headers have come. The first event is `{ $metadata }`. */
  converseStream(call: Call, model: string, body: object, headers: Headers): Promise<AsyncIterable<unknown>>;
  /** A model's own interface: JSON in, JSON out. */
  invoke(call: Call, model: string, body: object, headers: Headers): Promise<unknown>;
}

/** @throws ProviderError "invalid-argument" naming the setting */
export function createTransport(settings: BedrockSettings): Transport {
  return settings.client === undefined ? fetchTransport(settings) : clientTransport(settings.client, settings.commands);
}

export function isIterable(value: unknown): value is AsyncIterable<unknown> {
  return typeof value === "object" && value !== null && Symbol.asyncIterator in value;
}
