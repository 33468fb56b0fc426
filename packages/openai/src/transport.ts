import { invalidArgument } from "@onehead/provider";
import { type Call, Endpoint, parseEvent, readServerSentEvents } from "@onehead/provider-http";
import type { OpenAIClient, OpenAISettings } from "./settings.js";

type Path = "/chat/completions" | "/responses" | "/embeddings";
type Headers = Readonly<Record<string, string>> | undefined;

/** How requests reach the server, in either style. */
export interface Transport {
  readonly host: string | undefined;
  json(call: Call, path: Path, body: object, headers: Headers): Promise<unknown>;
  /** Settles when headers have come. */
  events(call: Call, path: Path, body: object, headers: Headers): Promise<AsyncIterable<unknown>>;
}

/** @throws ProviderError "invalid-argument" naming the setting */
export function createTransport(settings: OpenAISettings): Transport {
  if (settings.client !== undefined) return clientTransport(settings.client);
  const endpoint: Endpoint = new Endpoint("createOpenAI", settings, "https://api.openai.com/v1", (key) =>
    // Azure's keys have a header of their own, its tokens, which are JSON Web Tokens, have not
    endpoint.url.hostname.endsWith(".azure.com") && !key.startsWith("eyJ")
      ? { "api-key": key }
      : { authorization: `Bearer ${key}` },
  );
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

function clientTransport(client: OpenAIClient): Transport {
  if (typeof client?.baseURL !== "string") throw invalidArgument("createOpenAI: client", client, "a client of openai");
  type Create = (body: object, options: object) => PromiseLike<unknown>;
  const create = (path: Path, body: object, options: object): PromiseLike<unknown> => {
    // called on its own object: the client's methods use `this`
    const resource = {
      "/chat/completions": client.chat?.completions,
      "/responses": client.responses,
      "/embeddings": client.embeddings,
    }[path];
    if (typeof resource?.create !== "function") {
      throw invalidArgument("createOpenAI: client", `without ${path.slice(1)}`, "a client of openai");
    }
    return (resource as unknown as { create: Create }).create(body, options);
  };
  const optionsOf = (call: Call, headers: Headers) => ({ signal: call.signal, maxRetries: 0, headers });
  return {
    host: URL.canParse(client.baseURL) ? new URL(client.baseURL).host : undefined,
    json: async (call, path, body, headers) => call.wait(create(path, body, optionsOf(call, headers))),
    events: async (call, path, body, headers) => {
      const answer = create(path, { ...body, stream: true }, optionsOf(call, headers));
      const stream = await call.wait(answer);
      call.answered = true;
      return stream as AsyncIterable<unknown>;
    },
  };
}
