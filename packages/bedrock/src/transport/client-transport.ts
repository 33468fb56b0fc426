import { invalidArgument } from "@onehead/provider";
import { type Call, isRecord, parseEvent, record, requireRecord } from "@onehead/provider-http";
import { toClientInput } from "../chat/base64-bytes.js";
import { streamException } from "../event-stream/stream-exception.js";
import type { BedrockClient, BedrockCommands } from "../settings.js";
import { type Headers, isIterable, type Transport } from "./transport.js";

type Method = "converse" | "converseStream" | "invokeModel";
type Start = (input: object, options: object) => PromiseLike<unknown>;

const commandNames = {
  converse: "ConverseCommand",
  converseStream: "ConverseStreamCommand",
  invokeModel: "InvokeModelCommand",
} as const;

/** @throws ProviderError "invalid-argument" for an object that is no client, or one without methods or commands */
export function clientTransport(client: BedrockClient, commands: BedrockCommands | undefined): Transport {
  if (typeof client?.send !== "function" || typeof client.middlewareStack?.clone !== "function") {
    throw invalidArgument("createBedrock: client", client, "a BedrockRuntime");
  }
  if (typeof client.converse !== "function" && commands === undefined) {
    throw invalidArgument("createBedrock: commands", commands, "the classes of the commands, or a BedrockRuntime");
  }
  const ask = async (call: Call, method: Method, input: object, headers: Headers): Promise<unknown> => {
    const start = starter(withoutRetries(client, headers), commands, method);
    return call.wait(start(input, { abortSignal: call.signal }));
  };
  return {
    host: undefined,
    converse: (call, modelId, body, headers) => ask(call, "converse", withModel(modelId, body), headers),
    async converseStream(call, modelId, body, headers) {
      const answer = requireRecord("stream", await ask(call, "converseStream", withModel(modelId, body), headers));
      call.answered = true;
      return eventsOf(answer["$metadata"], answer["stream"]);
    },
    async invoke(call, modelId, body, headers) {
      const json = "application/json";
      const input = { modelId, contentType: json, accept: json, body: JSON.stringify(body) };
      const answer = record(await ask(call, "invokeModel", input, headers));
      return parseEvent(new TextDecoder().decode(answer["body"] as Uint8Array));
    },
  };
}

function withModel(modelId: string, body: object): object {
  return { modelId, ...(toClientInput(body) as object) };
}

function starter(client: BedrockClient, commands: BedrockCommands | undefined, method: Method): Start {
  const own = client[method] as Start | undefined;
  if (typeof own === "function") return own.bind(client);
  const name = commandNames[method];
  const Command = commands?.[name] as (new (input: object) => unknown) | undefined;
  if (typeof Command !== "function") {
    throw invalidArgument(`createBedrock: commands.${name}`, Command, "the class of that name");
  }
  const send = client.send as unknown as (command: unknown, options: object) => PromiseLike<unknown>;
  return (input, options) => send.call(client, new Command(input), options);
}

/** What is used of the client's middleware. */
interface MiddlewareStack {
  add(middleware: (next: Next) => Next, options: object): void;
}

type Next = (args: { request: { headers: Record<string, string> } }) => unknown;

/**
 * The client as it is, but for one call: it takes no option for retries, and they are a step of its middleware that others
 * stand relative to, so that one that does nothing takes its place.
 */
function withoutRetries(client: BedrockClient, headers: Headers): BedrockClient {
  const stack = client.middlewareStack.clone() as MiddlewareStack;
  stack.add((next) => next, { name: "retryMiddleware", step: "finalizeRequest", priority: "high", override: true });
  if (headers !== undefined) {
    const addHeaders = (next: Next): Next => {
      return (args) => {
        Object.assign(args.request.headers, headers);
        return next(args);
      };
    };
    stack.add(addHeaders, { name: "oneheadHeaders", step: "build", override: true });
  }
  return Object.create(client, { middlewareStack: { value: stack } }) as BedrockClient;
}

async function* eventsOf(metadata: unknown, stream: unknown): AsyncGenerator<unknown> {
  yield { $metadata: metadata };
  if (!isIterable(stream)) return;
  try {
    yield* stream;
  } catch (error) {
    const name = isRecord(error) ? error["name"] : undefined;
    throw typeof name === "string" && /Exception$/.test(name) ? streamException(name) : error;
  }
}
