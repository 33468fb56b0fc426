import { invalidArgument } from "@onehead/provider";
import { type Call, Endpoint } from "@onehead/provider-http";
import { clientTransport } from "./client-transport.js";
import { readEvents } from "./read-events.js";
import type { OllamaSettings } from "./settings.js";

type Path = "/api/chat" | "/api/embed";
export type CallHeaders = Readonly<Record<string, string>> | undefined;

/** How requests reach the server, in either style. */
export interface Transport {
  readonly host: string | undefined;
  json(call: Call, path: Path, body: object, headers: CallHeaders): Promise<unknown>;
  /** Settles when headers have come. */
  events(call: Call, path: Path, body: object, headers: CallHeaders): Promise<AsyncIterable<unknown>>;
}

/** @throws ProviderError "invalid-argument" naming the setting */
export function createTransport(settings: OllamaSettings): Transport {
  const { keepAlive } = settings;
  if (keepAlive !== undefined && typeof keepAlive !== "string" && !Number.isFinite(keepAlive)) {
    throw invalidArgument("createOllama: keepAlive", keepAlive, 'seconds, or text such as "10m"');
  }
  if (settings.client !== undefined) return clientTransport(settings.client);
  const endpoint = new Endpoint("createOllama", settings, "http://127.0.0.1:11434", (key) => ({
    authorization: `Bearer ${key}`,
  }));
  return {
    host: endpoint.url.host,
    json: (call, path, body, headers) => endpoint.json(call, path, body, headers),
    events: async (call, path, body, headers) =>
      readEvents(await endpoint.chunks(call, path, body, "application/x-ndjson", headers)),
  };
}
