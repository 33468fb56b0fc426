import { invalidArgument } from "@onehead/provider";
import { type Call, Endpoint, isRecord, parseEvent, readServerSentEvents } from "@onehead/provider-http";
import { fromClientAnswer, toClientRequest } from "./client-names.js";
import type { CohereClient, CohereSettings, CohereV2Client } from "./settings.js";

type Path = "/v2/chat" | "/v2/embed";
type Headers = Readonly<Record<string, string>> | undefined;

/** How requests reach Cohere, in either style. Bodies and answers have the names of the wire. */
export interface Transport {
  readonly host: string | undefined;
  json(call: Call, path: Path, body: object, headers: Headers): Promise<unknown>;
  /** Settles when headers have come. */
  events(call: Call, path: "/v2/chat", body: object, headers: Headers): Promise<AsyncIterable<unknown>>;
}

/** @throws ProviderError "invalid-argument" naming the setting */
export function createTransport(settings: CohereSettings): Transport {
  if (settings.client !== undefined) return clientTransport(settings.client);
  const endpoint = new Endpoint("createCohere", settings, "https://api.cohere.com", (key) => ({
    authorization: `Bearer ${key}`,
  }));
  return {
    host: endpoint.url.host,
    json: (call, path, body, headers) => endpoint.json(call, path, { ...body, stream: undefined }, headers),
    events: async (call, path, body, headers) =>
      eventsOf(await endpoint.chunks(call, path, { ...body, stream: true }, "text/event-stream", headers)),
  };
}

async function* eventsOf(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<unknown> {
  for await (const { data } of readServerSentEvents(chunks)) {
    if (data === "[DONE]") return;
    yield parseEvent(data);
  }
}

type Start = (request: unknown, options: object) => PromiseLike<unknown>;

function clientTransport(client: CohereClient): Transport {
  // a CohereClient has a chat of its own, that of v1
  const own = (isRecord(client) && "v2" in client && isRecord(client.v2) ? client.v2 : client) as CohereV2Client;
  for (const name of ["chat", "chatStream", "embed"] as const) {
    if (typeof own?.[name] !== "function") {
      throw invalidArgument("createCohere: client", `without ${name}`, "a CohereClientV2, or a CohereClient with v2");
    }
  }
  const start = (call: Call, name: keyof CohereV2Client, body: object, headers: Headers): Promise<unknown> => {
    const options = { abortSignal: call.signal, maxRetries: 0, headers };
    // called on its own object: the client's methods use `this`
    return call.wait((own[name] as unknown as Start).call(own, toClientRequest(body), options));
  };
  return {
    host: undefined,
    json: async (call, path, body, headers) =>
      fromClientAnswer(await start(call, path === "/v2/chat" ? "chat" : "embed", body, headers)),
    events: async (call, _, body, headers) => {
      const stream = await start(call, "chatStream", body, headers);
      call.answered = true;
      return clientEvents(stream as AsyncIterable<unknown>);
    },
  };
}

async function* clientEvents(stream: AsyncIterable<unknown>): AsyncGenerator<unknown> {
  for await (const event of stream) yield fromClientAnswer(event);
}
