import { invalidArgument } from "@onehead/provider";
import { type Call, Endpoint, list, parseEvent, readServerSentEvents, record } from "@onehead/provider-http";
import { fromClientFields, toClientFields } from "./client-fields.js";
import type { MistralClient, MistralSettings } from "./settings.js";

type Path = "/v1/chat/completions" | "/v1/embeddings";
type Headers = Readonly<Record<string, string>> | undefined;

/** How requests reach the server, in either style; both sides are those of the REST interface. */
export interface Transport {
  readonly host: string | undefined;
  json(call: Call, path: Path, body: object, headers: Headers): Promise<unknown>;
  /** Settles when headers have come. */
  events(call: Call, path: Path, body: object, headers: Headers): Promise<AsyncIterable<unknown>>;
}

/** @throws ProviderError "invalid-argument" naming the setting */
export function createTransport(settings: MistralSettings): Transport {
  if (settings.client !== undefined) return clientTransport(settings.client);
  const endpoint = new Endpoint("createMistral", settings, "https://api.mistral.ai", (key) => ({
    authorization: `Bearer ${key}`,
  }));
  return {
    host: endpoint.url.host,
    json: (call, path, body, headers) => endpoint.json(call, path, body, headers),
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

function clientTransport(client: MistralClient): Transport {
  const ask = (method: "complete" | "stream" | "create", body: object, call: Call, headers: Headers) => {
    // called on its own object: the client's methods use `this`
    const own = clientFor(call, client);
    const resource = (method === "create" ? own.embeddings : own.chat) as unknown as
      | Partial<Record<string, (request: unknown, options: object) => PromiseLike<unknown>>>
      | undefined;
    if (typeof resource?.[method] !== "function") {
      const missing = method === "create" ? "embeddings" : `chat.${method}`;
      throw invalidArgument("createMistral: client", `without ${missing}`, "a Mistral client that has it");
    }
    const options = { retries: { strategy: "none" }, fetchOptions: { signal: call.signal }, headers };
    const answer = Promise.resolve(resource[method](toClientFields(body), options));
    return call.wait(
      answer.catch((error: unknown) => {
        throw refusalOf(error, call) ?? error;
      }),
      (late) => void (late as Partial<ReadableStream>)?.cancel?.().catch(() => {}),
    );
  };
  return {
    host: client._baseURL?.host,
    json: async (call, path, body, headers) =>
      fromClientFields(await ask(path === "/v1/embeddings" ? "create" : "complete", body, call, headers)),
    events: async (call, _, body, headers) => {
      const stream = await ask("stream", body, call, headers);
      call.answered = true;
      return clientEvents(stream as AsyncIterable<unknown>);
    },
  };
}

interface HttpClient {
  request(request: Request): Promise<Response>;
}

/**
 * The client for one call, whose requests carry the call's own signal and are kept until it is over. The client copies them and lets
 * go of them at once, and Node 20 then collects what ties the signal to the connection: an abort would not arrive, and the
 * connection would stay open.
 */
function clientFor(call: Call, client: MistralClient): MistralClient {
  const { _options: options, constructor: Client } = client as {
    _options?: { httpClient?: HttpClient };
    constructor: unknown;
  };
  if (options === undefined) return client;
  const inner = options.httpClient ?? { request: (request) => globalThis.fetch(request) };
  const kept: Request[] = [];
  call.signal.addEventListener("abort", () => kept.splice(0), { once: true });
  const request = (made: Request): Promise<Response> => {
    const own = new Request(made, { signal: call.signal });
    kept.push(own);
    return inner.request(own);
  };
  return new (Client as new (options: object) => MistralClient)({ ...options, httpClient: { request } });
}

async function* clientEvents(stream: AsyncIterable<unknown>): AsyncGenerator<unknown> {
  for await (const event of stream) yield fromClientFields(record(event)["data"]);
}

/** The client looks through a request before it sends it; its error quotes the request, so the field's name alone is kept. */
function refusalOf(error: unknown, call: Call): Error | undefined {
  const { rawMessage, cause } = record(error);
  if (rawMessage !== "Input validation failed") return undefined;
  const [field] = list(record(list(record(cause)["issues"])[0])["path"]);
  const where = `${call.target.provider}: request${typeof field === "string" ? `.${field}` : ""}`;
  return invalidArgument(where, "a value that the client refuses", "one that it takes");
}
