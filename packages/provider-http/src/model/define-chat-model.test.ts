import {
  type ChatModel,
  type ChatRequest,
  type ChatResult,
  ProviderAbortedError,
  ProviderError,
  ProviderResponseError,
} from "@onehead/provider";
import { describe, expect, test, vi } from "vitest";
import type { Call } from "../call/call.js";
import { type ChatProtocol, defineChatModel } from "./define-chat-model.js";

const target = { provider: "p", model: "m", host: "host" };
const limits = { timeoutMs: 1000, idleTimeoutMs: 1000 };
const request: ChatRequest = { messages: [{ role: "user", content: "Hi" }] };
const usage = { inputTokens: 1, outputTokens: 2 };
const result: ChatResult = { content: [], finishReason: "stop", usage, warnings: [], response: {} };

/** A model of this protocol, and the calls that it made. */
function modelWith(protocol: Partial<ChatProtocol<string, string>> = {}): { model: ChatModel; calls: Call[] } {
  const calls: Call[] = [];
  const model = defineChatModel<string, string>(target, limits, {
    signatures: null,
    toBody: (_, streaming) => ({ body: streaming ? "streamed" : "whole", warnings: [] }),
    async send(call, body) {
      calls.push(call);
      return body;
    },
    toResult: () => result,
    usageOf: () => undefined,
    async open(call) {
      calls.push(call);
      return (async function* () {})();
    },
    reader: () => ({ usage: undefined, *read() {}, *end() {} }),
    ...protocol,
  });
  return { model, calls };
}

const errorOf = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => undefined,
    (error: unknown) => error,
  );

test("a model has a name", () => {
  expect(modelWith().model).toMatchObject({ specification: "onehead-chat-1", provider: "p", model: "m" });
  for (const model of ["", undefined as unknown as string]) {
    expect(() => defineChatModel({ ...target, model }, limits, {} as never)).toThrow(/^p: model: /);
  }
});

describe("a request", () => {
  test.each<[unknown, string]>([
    [undefined, "p: request: undefined, expected an object"],
    ["Hi", "p: request: Hi, expected an object"],
    [[], "p: request: a list, expected an object"],
    [{}, "p: request.messages: undefined, expected a list of at least one message"],
    [{ messages: [] }, "p: request.messages: a list, expected a list of at least one message"],
    [{ messages: "Hi" }, "p: request.messages: Hi, expected"],
    [{ messages: [null] }, "p: request.messages[0].role: undefined, expected system, user, assistant or tool"],
    [{ messages: [{ role: "bot", content: "" }] }, "p: request.messages[0].role: bot, expected"],
    [{ messages: [{ role: "user" }] }, "p: request.messages[0].content: undefined, expected text or a list"],
    [{ messages: [{ role: "user", content: { text: "secret" } }] }, "p: request.messages[0].content: object, expected"],
    [{ messages: [{ role: "tool", content: "secret" }] }, "p: request.messages[0].content: string, expected"],
    [
      { messages: [request.messages[0], { role: "user", content: [{ type: "text", text: "" }, "secret"] }] },
      "p: request.messages[1].content[1]: string, expected an object",
    ],
    [{ ...request, timeoutMs: 0 }, "p: request.timeoutMs: 0, expected milliseconds above 0"],
  ])("of %j is refused, whole and streamed, and nothing is sent", async (bad, message) => {
    const { model, calls } = modelWith();
    for (const call of [model.generate, model.stream]) {
      const error = await errorOf(call(bad as ChatRequest));
      expect(error).toMatchObject({ code: "invalid-argument", billing: "none" });
      expect((error as Error).message).toContain(message);
      expect((error as Error).message).not.toContain("secret");
    }
    expect(calls).toEqual([]);
  });

  test("that the protocol refuses is refused as it says", async () => {
    const refusal = new ProviderError("unsupported", "stop: given, expected none");
    const toBody = () => {
      throw refusal;
    };
    expect(await errorOf(modelWith({ toBody }).model.generate(request))).toBe(refusal);
    expect(await errorOf(modelWith({ toBody }).model.stream(request))).toBe(refusal);
  });

  test("says to the protocol whether it streams, and carries its warnings", async () => {
    const warnings = [{ field: "seed", message: "no" }];
    const toBody = vi.fn((_: ChatRequest, streaming: boolean) => ({ body: String(streaming), warnings }));
    const toResult = vi.fn(() => result);
    const reader = vi.fn(() => ({ usage: undefined, *read() {}, *end() {} }));
    const { model } = modelWith({ toBody, toResult, reader });
    await model.generate(request);
    await (await model.stream(request)).return();
    expect(toBody.mock.calls).toEqual([
      [request, false],
      [request, true],
    ]);
    expect(toResult).toHaveBeenCalledWith("false", warnings);
    expect(reader).toHaveBeenCalledWith(warnings);
  });

  test("with an aborted signal is not sent", async () => {
    const { model, calls } = modelWith();
    const aborted = { ...request, signal: AbortSignal.abort() };
    expect(await errorOf(model.generate(aborted))).toSatisfy(ProviderAbortedError.isInstance);
    expect(await errorOf(model.stream(aborted))).toSatisfy(ProviderAbortedError.isInstance);
    expect(calls).toEqual([]);
  });
});

describe("an answer", () => {
  test("ends its call, good or bad", async () => {
    const good = modelWith();
    expect(await good.model.generate(request)).toEqual(result);
    expect(good.calls[0].signal.aborted).toBe(true);
    let call: Call | undefined;
    const send = async (given: Call) => {
      call = given;
      throw new TypeError("fetch failed");
    };
    const error = await errorOf(modelWith({ send }).model.generate(request));
    expect(error).toMatchObject({ code: "http", status: null, provider: "p", model: "m", host: "host" });
    expect(call?.signal.aborted).toBe(true);
  });

  test("that cannot be read was billed all the same", async () => {
    const toResult = () => {
      throw new ProviderResponseError("choices: missing, expected a list", { reason: "r" });
    };
    const billed = await errorOf(modelWith({ toResult, usageOf: () => usage }).model.generate(request));
    expect(billed).toMatchObject({ provider: "p", usage, billing: "usage", reason: "r" });
    expect((billed as Error).message).toBe("p at host: choices: missing, expected a list");
    const unknown = await errorOf(modelWith({ toResult }).model.generate(request));
    expect(unknown).toMatchObject({ provider: "p", usage: undefined, billing: "unknown" });
  });

  test("over which the reading stumbles is a typed error, without its words", async () => {
    const toResult = () => {
      throw new TypeError("SECRET");
    };
    const error = await errorOf(modelWith({ toResult }).model.generate(request));
    expect(error).toSatisfy(ProviderResponseError.isInstance);
    expect(String(error)).not.toContain("SECRET");
  });
});

describe("a stream", () => {
  test("that does not open throws from the call, and ends it", async () => {
    let call: Call | undefined;
    const open = async (given: Call) => {
      call = given;
      throw Object.assign(new Error("x"), { status: 401 });
    };
    const error = await errorOf(modelWith({ open }).model.stream(request));
    expect(error).toMatchObject({ code: "http", status: 401, provider: "p" });
    expect(call?.signal.aborted).toBe(true);
  });

  test("stays open until it is read or left", async () => {
    const { model, calls } = modelWith();
    const stream = await model.stream(request);
    expect(calls[0].signal.aborted).toBe(false);
    await stream.return();
    expect(calls[0].signal.aborted).toBe(true);
  });
});
