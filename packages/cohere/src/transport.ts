import { invalidArgument } from "@onehead/provider";
import {
  type Call,
  type CallLimits,
  Endpoint,
  isRecord,
  list,
  parseEvent,
  readServerSentEvents,
  record,
} from "@onehead/provider-http";
import { fromClientAnswer, toClientRequest } from "./client-names.js";
import type { CohereClient, CohereSettings, CohereV2Client } from "./settings.js";

type Path = "/v2/chat" | "/v2/embed";

/** What a call states for itself. */
interface SendOptions {
  headers?: Readonly<Record<string, string>> | undefined;
  timeoutMs?: number | undefined;
}

/** How requests reach Cohere, in either style. Bodies and answers have the names of the wire. */
export interface Transport {
  readonly host: string | undefined;
  json(call: Call, path: Path, body: object, options: SendOptions): Promise<unknown>;
  /** Settles when headers have come. */
  events(call: Call, path: "/v2/chat", body: object, options: SendOptions): Promise<AsyncIterable<unknown>>;
}

/** @throws ProviderError "invalid-argument" naming the setting */
export function createTransport(settings: CohereSettings, { timeoutMs }: CallLimits): Transport {
  if (settings.client !== undefined) return clientTransport(settings.client, timeoutMs);
  const endpoint = new Endpoint("createCohere", settings, "https://api.cohere.com", (key) => ({
    authorization: `Bearer ${key}`,
  }));
  return {
    host: endpoint.url.host,
    json: (call, path, body, { headers }) => endpoint.json(call, path, body, headers),
    events: async (call, path, body, { headers }) =>
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

function clientTransport(client: CohereClient, timeoutMs: number): Transport {
  // a CohereClient has a chat of its own, that of v1
  const v2 = (isRecord(client) && "v2" in client && isRecord(client.v2) ? client.v2 : client) as CohereV2Client;
  for (const name of ["chat", "chatStream", "embed"] as const) {
    if (typeof v2?.[name] !== "function") {
      throw invalidArgument("createCohere: client", `without ${name}`, "a CohereClientV2, or a CohereClient with v2");
    }
  }
  const start = (call: Call, name: keyof CohereV2Client, body: object, options: SendOptions): Promise<unknown> => {
    const own = {
      abortSignal: call.signal,
      maxRetries: 0,
      headers: options.headers,
      timeoutInSeconds: secondsAfter(options.timeoutMs ?? timeoutMs),
    };
    // called on its own object: the client's methods use `this`
    const answer = Promise.resolve((v2[name] as unknown as Start).call(v2, toClientRequest(body), own));
    return call.wait(
      answer.catch((error: unknown) => {
        throw refusalOf(error) ?? error;
      }),
    );
  };
  return {
    host: undefined,
    json: async (call, path, body, options) =>
      fromClientAnswer(await start(call, path === "/v2/chat" ? "chat" : "embed", body, options)),
    events: async (call, _, body, options) => {
      const stream = await start(call, "chatStream", body, options);
      call.answered = true;
      return clientEvents(stream as AsyncIterable<unknown>);
    },
  };
}

/**
 * The client has a limit of its own, 300 s unless it is told another, and keeps its timer after a call that has failed: it is
 * told the one of the call, and a second more so that the call's own comes first.
 */
function secondsAfter(timeoutMs: number): number {
  // more than Node's timers take is no time at all to them
  return Math.min(Math.ceil(timeoutMs / 1000) + 1, 2_147_483);
}

/** The client looks through a request before it sends it; its error may quote the request, so the field's name alone is kept. */
function refusalOf(error: unknown): Error | undefined {
  const [refused] = list(record(error)["errors"]).filter(isRecord);
  if (refused === undefined || !Array.isArray(refused["path"])) return undefined;
  const [field] = refused["path"];
  // it looks through answers too
  if (field === "response") return undefined;
  const where = `cohere: request${typeof field === "string" ? `.${field}` : ""}`;
  return invalidArgument(where, "a value that the client refuses", "one that it takes");
}

async function* clientEvents(stream: AsyncIterable<unknown>): AsyncGenerator<unknown> {
  for await (const event of stream) yield fromClientAnswer(event);
}
