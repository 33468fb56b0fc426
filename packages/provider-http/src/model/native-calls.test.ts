import { type NativeCalls, ProviderError, type StreamPart, type Usage } from "@onehead/provider";
import { describe, expect, test, vi } from "vitest";
import type { Wire } from "../wire/fields.js";
import { type ChatProtocol, defineChatModel } from "./define-chat-model.js";

const target = { provider: "p", model: "m", host: "host" };
const limits = { timeoutMs: 1000, idleTimeoutMs: 50 };
const usage: Usage = { inputTokens: 1, outputTokens: 2 };

/** Native calls of a protocol whose answer is `{text}` and whose events are texts, an error, or silence. */
function nativeWith(answer: unknown, events: readonly Wire[] = [], then: "end" | "silence" = "end") {
  const sent: unknown[] = [];
  let returned = false;
  const protocol: ChatProtocol<Wire, Wire> = {
    signatures: "p",
    toBody: () => ({ body: {}, warnings: [] }),
    async send(_, body, { headers }) {
      sent.push({ body, headers });
      return answer;
    },
    toResult: () => {
      throw new Error("a native answer is not translated");
    },
    usageOf: () => usage,
    async open(_, body) {
      sent.push({ body });
      return (async function* () {
        try {
          yield* events;
          if (then === "silence") await new Promise(() => {});
        } finally {
          returned = true;
        }
      })();
    },
    reader: () => ({
      usage: undefined,
      *read({ text, error }): Iterable<StreamPart> {
        if (error !== undefined) throw new Error("told of an error");
        if (text !== undefined) yield { type: "text", text: String(text) };
      },
      *end(): Iterable<StreamPart> {
        yield { type: "finish", finishReason: "stop", usage, warnings: [], response: {} };
      },
    }),
    native: {
      format: "messages",
      withModel: (body, model) => ({ ...body, model }),
      isAnswer: (body) => "text" in body,
    },
  };
  const { native } = defineChatModel(target, limits, protocol);
  return { native: native as NativeCalls, sent, returned: () => returned };
}

test("a model without an interface of that kind has none", () => {
  const model = defineChatModel(target, limits, { signatures: null } as never);
  expect(model.native).toBeUndefined();
});

describe("a whole answer", () => {
  test("goes through as it is, and so does the body but for the model", async () => {
    const answer = { text: "hi", unknown: { deep: [1, null] } };
    const { native, sent } = nativeWith(answer);
    expect(native.format).toBe("messages");
    const body = { model: "auto", strange: { field: true } };
    expect(await native.send(body, { headers: { "x-a": "b" } })).toEqual({ body: answer, usage });
    expect(sent).toEqual([{ body: { model: "m", strange: { field: true } }, headers: { "x-a": "b" } }]);
  });

  test("an error with status 200 is none, and tells what it was billed for", async () => {
    const { native } = nativeWith({ error: { type: "overloaded" } });
    const error = await native.send({}).catch((thrown: unknown) => thrown);
    expect(ProviderError.isInstance(error)).toBe(true);
    expect(error).toMatchObject({ code: "response", provider: "p", reason: "overloaded", usage, billing: "usage" });
  });
});

describe("a stream", () => {
  test("gives every event as it came with its parts, and what completes at the end", async () => {
    const events = [{ ping: 1 }, { text: "a", more: [1] }];
    const { native, sent } = nativeWith({}, events);
    const seen = [];
    for await (const event of await native.open({ model: "auto" })) seen.push(event);
    expect(seen).toEqual([
      { event: { ping: 1 }, parts: [] },
      { event: { text: "a", more: [1] }, parts: [{ type: "text", text: "a" }] },
      { event: undefined, parts: [expect.objectContaining({ type: "finish", usage })] },
    ]);
    expect(sent).toEqual([{ body: { model: "m", stream: true } }]);
  });

  test("that tells of an error, or falls silent, throws an error of the provider and gives the connection back", async () => {
    const broken = nativeWith({}, [{ text: "a" }, { error: 1 }]);
    const read = async (native: NativeCalls) => {
      for await (const _ of await native.open({}));
    };
    await expect(read(broken.native)).rejects.toMatchObject({ code: "response", provider: "p" });
    expect(broken.returned()).toBe(true);
    await expect(read(nativeWith({}, [{ text: "a" }], "silence").native)).rejects.toMatchObject({ code: "timeout" });
  });

  test("that is left gives the connection back", async () => {
    const { native, returned } = nativeWith({}, [{ text: "a" }, { text: "b" }]);
    for await (const _ of await native.open({})) break;
    await vi.waitFor(() => expect(returned()).toBe(true));
  });
});
