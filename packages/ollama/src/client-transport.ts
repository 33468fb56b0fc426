import { invalidArgument } from "@onehead/provider";
import {
  type Call,
  fromBase64,
  httpError,
  isRecord,
  list,
  readText,
  record,
  text,
  type Wire,
} from "@onehead/provider-http";
import { checkedLines } from "./read-events.js";
import type { OllamaClient } from "./settings.js";
import type { CallHeaders, Transport } from "./transport.js";

type Fetch = typeof globalThis.fetch;
type Method = (request: object) => PromiseLike<unknown>;

/** Requests through the official client. */
export function clientTransport(client: OllamaClient): Transport {
  const own = client as unknown as Wire;
  const ask = (call: Call, method: "chat" | "embed", body: object, headers: CallHeaders, streams = false) => {
    if (typeof own[method] !== "function") {
      throw invalidArgument("createOllama: client", `without ${method}`, "an Ollama client that has it");
    }
    const base: Fetch = typeof own["fetch"] === "function" ? (own["fetch"] as Fetch) : globalThis.fetch;
    // the client for this call alone; on its own list it would keep streams that are left early for good
    const once = Object.create(client, {
      fetch: { value: fetchOf(call, base, headers, streams) },
      ongoingStreamedRequests: { value: [] },
    }) as Record<typeof method, Method>;
    return call.wait(once[method](body));
  };
  return {
    host: hostOf(text(record(own["config"])["host"])),
    json: (call, path, body, headers) =>
      path === "/api/embed" ? ask(call, "embed", body, headers) : ask(call, "chat", withBytes(body), headers),
    events: async (call, _, body, headers) =>
      (await ask(call, "chat", withBytes(body), headers, true)) as AsyncIterable<unknown>,
  };
}

/** The client's fetch with the signal and headers of a call, and its errors, of which the client would keep no header. */
function fetchOf(call: Call, base: Fetch, extra: CallHeaders, streams: boolean): Fetch {
  return async (input, init) => {
    const headers = new Headers(init?.headers);
    for (const [name, value] of Object.entries(extra ?? {})) headers.set(name, value);
    const response = await base(input, { ...init, headers, signal: call.signal });
    call.answered = true;
    if (!response.ok) {
      const said = await readText(response.body, 1024 * 1024).catch(() => "");
      throw httpError(call.target, response.status, response.headers, parsed(said));
    }
    if (!streams) return response;
    return new Response(checkedLines(response.body), { status: response.status, headers: response.headers });
  };
}

/** Images as bytes: of a text the client would first look whether there is a file of that name. */
function withBytes(body: object): object {
  const { messages } = body as { messages?: unknown };
  return {
    ...body,
    messages: list(messages).map((message) => {
      if (!isRecord(message) || !Array.isArray(message["images"])) return message;
      return {
        ...message,
        images: message["images"].map((image) => (typeof image === "string" ? bytesOf(image) : image)),
      };
    }),
  };
}

function bytesOf(image: string): Uint8Array {
  try {
    return fromBase64(image);
  } catch {
    throw invalidArgument("messages: images", "text", "base64");
  }
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

function hostOf(address: string | undefined): string | undefined {
  try {
    return address === undefined ? undefined : new URL(address).host;
  } catch {
    return undefined;
  }
}
