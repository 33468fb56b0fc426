import { invalidArgument, ProviderTimeoutError } from "@onehead/provider";
import { type Call, defined, isRecord, nameOf, record, toProviderError } from "@onehead/provider-http";
import type { GoogleClient } from "./settings.js";
import type { GenerateBody, Transport } from "./transport.js";

type Method = "generateContent" | "generateContentStream" | "embedContent";
type Headers = Readonly<Record<string, string>> | undefined;

/** Calls by way of the official client. */
export function clientTransport(client: GoogleClient, host: string | undefined): Transport {
  type Send = (params: object) => PromiseLike<unknown>;
  const send = async (call: Call, method: Method, params: object): Promise<unknown> => {
    const { models } = client;
    if (typeof models?.[method] !== "function") {
      throw invalidArgument("createGoogle: client", `without models.${method}`, "a GoogleGenAI client");
    }
    // called on its own object: methods may use `this`
    const answer = (models as unknown as Record<Method, Send>)[method](params);
    return call.wait(answer.then(undefined, (error: unknown) => Promise.reject(clientError(error, call))));
  };
  return {
    host,
    generate: (call, model, body, headers) => send(call, "generateContent", toParams(call, model, body, headers)),
    events: async (call, model, body, headers) => {
      const stream = await send(call, "generateContentStream", toParams(call, model, body, headers));
      call.answered = true;
      return eventsOf(stream as AsyncIterable<unknown>, call);
    },
    embed: (call, model, { texts, ...options }, headers) => {
      // each a content of its own: of plain texts the client makes one content with many parts
      const contents = texts.map((text) => ({ parts: [{ text }] }));
      const config = { ...defined(options), abortSignal: call.signal, httpOptions: { headers } };
      return send(call, "embedContent", { model, contents, config });
    },
  };
}

/**
 * The client's parameters for a body. It takes the fields of `generationConfig` beside those of the body, and drops what it does
 * not know: fields that the caller's own options have a part in go past it, in `extraBody`, which it puts over the body that it
 * makes.
 */
function toParams(call: Call, model: string, body: GenerateBody, headers: Headers): object {
  const { contents, ...fields } = body.fields;
  const config: Record<string, unknown> = {};
  const extraBody: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(fields)) {
    if (body.own.includes(name)) extraBody[name] = value;
    else if (name === "generationConfig") Object.assign(config, value);
    else config[name] = value;
  }
  const httpOptions = defined({
    headers,
    extraBody: Object.keys(extraBody).length > 0 ? extraBody : undefined,
  });
  return { model, contents, config: { ...config, abortSignal: call.signal, httpOptions } };
}

async function* eventsOf(stream: AsyncIterable<unknown>, call: Call): AsyncGenerator<unknown> {
  try {
    yield* stream;
  } catch (error) {
    throw clientError(error, call);
  }
}

function clientError(error: unknown, call: Call): unknown {
  const { name, status, message } = record(error);
  // the call's own end goes before this one: what is left is the client's `timeout`
  if (name === "AbortError") {
    return new ProviderTimeoutError(`${nameOf(call.target)}: the client's own time is over`, {
      ...call.target,
      phase: call.answered ? "idle" : "answer",
    });
  }
  // of an error within a stream the client makes one with a status, as if the request had failed
  if (call.answered && isRecord(error) && status !== undefined) return toProviderError({ message }, call.target, true);
  return error;
}
