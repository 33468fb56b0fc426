import { invalidArgument } from "@onehead/provider";
import { type Call, Endpoint, record, text } from "@onehead/provider-http";
import { clientTransport } from "./client-transport.js";
import { modelPath } from "./model-name.js";
import type { GoogleClient, GoogleSettings } from "./settings.js";
import { readEvents } from "./stream-events.js";

type Headers = Readonly<Record<string, string>> | undefined;

/** A request in the form of the REST interface. */
export interface GenerateBody {
  fields: Readonly<Record<string, unknown>>;
  /** Names of the fields that the caller's own options have a part in. */
  own: readonly string[];
}

interface EmbedBody {
  texts: readonly string[];
  taskType: string | undefined;
  outputDimensionality: number | undefined;
}

/** How requests reach the server, in either style. */
export interface Transport {
  readonly host: string | undefined;
  generate(call: Call, model: string, body: GenerateBody, headers: Headers): Promise<unknown>;
  /** Settles when headers have come. */
  events(call: Call, model: string, body: GenerateBody, headers: Headers): Promise<AsyncIterable<unknown>>;
  embed(call: Call, model: string, body: EmbedBody, headers: Headers): Promise<unknown>;
}

/** @throws ProviderError "invalid-argument" naming the setting */
export function createTransport(settings: GoogleSettings): Transport {
  if (settings.client !== undefined) {
    const { baseUrl, retryOptions } = httpOptionsOf(settings.client);
    if (retryOptions !== undefined) {
      throw invalidArgument("createGoogle: client", "made with retryOptions", "a client that does not try again");
    }
    return clientTransport(settings.client, hostOf(text(baseUrl)));
  }
  const home = "https://generativelanguage.googleapis.com/v1beta";
  const endpoint = new Endpoint("createGoogle", settings, home, (key) => ({ "x-goog-api-key": key }));
  return {
    host: endpoint.url.host,
    generate: (call, model, { fields }, headers) =>
      endpoint.json(call, `${modelPath(model)}:generateContent`, fields, headers),
    events: async (call, model, { fields }, headers) => {
      const path = `${modelPath(model)}:streamGenerateContent?alt=sse`;
      return readEvents(await endpoint.chunks(call, path, fields, "text/event-stream", headers));
    },
    embed: (call, model, { texts, ...options }, headers) => {
      const requests = texts.map((value) => ({
        model: modelPath(model),
        content: { parts: [{ text: value }] },
        ...options,
      }));
      return endpoint.json(call, `${modelPath(model)}:batchEmbedContents`, { requests }, headers);
    },
  };
}

/** What the client was made with; its type hides it. */
function httpOptionsOf(client: GoogleClient): Record<string, unknown> {
  return record(record(record(record(client)["apiClient"])["clientOptions"])["httpOptions"]);
}

function hostOf(address: string | undefined): string | undefined {
  try {
    return address === undefined ? undefined : new URL(address).host;
  } catch {
    return undefined;
  }
}
