import { invalidArgument } from "@onehead/provider";
import { type Call, Endpoint, parseEvent, readServerSentEvents } from "@onehead/provider-http";
import type { AnthropicClient, AnthropicSettings } from "./settings.js";

type Headers = Readonly<Record<string, string>> | undefined;

const path = "/v1/messages";

/**
 * The version of the interface that is spoken, in both styles: newer ones take no `temperature`, `top_p` or `top_k`, not even of
 * models that have them. `headers` of a request go over it.
 */
const version = { "anthropic-version": "2023-06-01" };

/** More than any limit of a call; the client would otherwise refuse long answers that are not streamed. */
const noTimeoutMs = 2 ** 31 - 1;

/** How requests reach the server, in either style. */
export interface Transport {
  readonly host: string | undefined;
  json(call: Call, body: object, headers: Headers): Promise<unknown>;
  /** Settles when headers have come. */
  events(call: Call, body: object, headers: Headers): Promise<AsyncIterable<unknown>>;
}

/** @throws ProviderError "invalid-argument" naming the setting */
export function createTransport(settings: AnthropicSettings): Transport {
  if (settings.client !== undefined) return clientTransport(settings.client);
  const endpoint = new Endpoint(
    "createAnthropic",
    settings,
    "https://api.anthropic.com",
    (key) => ({ "x-api-key": key }),
    version,
  );
  return {
    host: endpoint.url.host,
    json: (call, body, headers) => endpoint.json(call, path, body, headers),
    events: async (call, body, headers) =>
      eventsOf(await endpoint.chunks(call, path, { ...body, stream: true }, "text/event-stream", headers)),
  };
}

async function* eventsOf(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<unknown> {
  for await (const { data } of readServerSentEvents(chunks)) yield parseEvent(data);
}

function clientTransport(client: AnthropicClient): Transport {
  type Create = (body: object, options: object) => PromiseLike<unknown>;
  if (typeof client?.messages?.create !== "function") {
    throw invalidArgument("createAnthropic: client", "without messages.create", "a client of @anthropic-ai/sdk");
  }
  // called on its own object: the client's methods use `this`
  const messages = client.messages as unknown as { create: Create };
  const optionsOf = (call: Call, headers: Headers) => ({
    signal: call.signal,
    maxRetries: 0,
    timeout: noTimeoutMs,
    headers: { ...version, ...headers },
  });
  return {
    host: hostOf(client.baseURL),
    json: async (call, body, headers) => call.wait(messages.create(body, optionsOf(call, headers))),
    events: async (call, body, headers) => {
      const answer = messages.create({ ...body, stream: true }, optionsOf(call, headers));
      const stream = await call.wait(answer);
      call.answered = true;
      return stream as AsyncIterable<unknown>;
    },
  };
}

function hostOf(address: string | undefined): string | undefined {
  try {
    return address === undefined ? undefined : new URL(address).host;
  } catch {
    return undefined;
  }
}
