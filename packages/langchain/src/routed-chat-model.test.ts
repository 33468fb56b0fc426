import { BaseCallbackHandler } from "@langchain/core/callbacks/base";
import type { BaseChatModel } from "@langchain/core/language_models/chat_models";
import type { AIMessageChunk } from "@langchain/core/messages";
import { LangChainTracer, type Run } from "@langchain/core/tracers/tracer_langchain";
import { FakeStreamingChatModel } from "@langchain/core/utils/testing";
import type { ProviderError } from "@onehead/provider";
import { describe, expect, expectTypeOf, test } from "vitest";
import { z } from "zod";
import { FakeModel, FakeToolModel, finish, type Script, usage, whole } from "./fake-model.fixture.js";
import { outcomeOf, RoutedChatModel } from "./index.js";
import { decision, routerWith } from "./test-router.fixture.js";

const busy = Object.assign(new Error("busy"), { status: 503, headers: new Headers({ "retry-after": "7" }) });
const tools = [{ name: "weather", description: "", input_schema: { type: "object", properties: {} } }];
const schema = z.object({ capital: z.string() });

function routed(first: BaseChatModel | Script, second: BaseChatModel | Script = whole) {
  const router = routerWith();
  const modelOf = (given: BaseChatModel | Script) => ("invoke" in given ? given : new FakeModel(given));
  const models = { first: modelOf(first), second: modelOf(second) };
  return { router, models, model: new RoutedChatModel({ router, models }) };
}

async function piecesOf(stream: AsyncIterable<AIMessageChunk>): Promise<AIMessageChunk[]> {
  const pieces = [];
  for await (const piece of stream) pieces.push(piece);
  return pieces;
}

const textsOf = (pieces: readonly AIMessageChunk[]) => pieces.map(({ text }) => text).join("|");

describe("types", () => {
  test("a routed model is a chat model, without casts, and its schemas say what they give", () => {
    const { model } = routed(whole);
    const base: BaseChatModel = model;
    expect(base._llmType()).toBe("onehead");
    const structured = model.withStructuredOutput(schema);
    expectTypeOf(structured.invoke).returns.resolves.toEqualTypeOf<{ capital: string }>();
    const raw = model.withStructuredOutput(schema, { includeRaw: true });
    expectTypeOf(raw.invoke).returns.resolves.toHaveProperty("parsed").toEqualTypeOf<{ capital: string }>();
    expectTypeOf(model.invoke).parameter(1).extract<object>().toHaveProperty("onehead");
  });
});

describe("a stream", () => {
  test.each<[string, Script]>([
    ["an error", [busy]],
    ["an error after pieces that show nothing", ["", { content: [{ type: "text", text: "" }] }, busy]],
    ["no answer", []],
    ["pieces without an answer", ["", ""]],
  ])("before content, %s leaves it to the next candidate", async (_, script) => {
    const { model, router } = routed(script);
    const pieces = await piecesOf(await model.stream("Hi"));
    expect(textsOf(pieces)).toBe("Hel|lo||");
    expect(outcomeOf(pieces.at(-1)?.response_metadata)).toMatchObject({ model: "second", costUsd: 0.00005 });
    expect(router.settled).toEqual([
      { inputTokens: 100, cachedInputTokens: 40, outputTokens: 50, reasoningTokens: 30 },
    ]);
    expect(router.errors.length).toBe(1);
  });

  test.each<[string, Script[number]]>([
    ["text", "Hel"],
    ["text in blocks", { content: [{ type: "text", text: "Hel" }] }],
    ["reasoning", { content: [{ type: "thinking", thinking: "Hm" }] }],
    ["reasoning beside the content", { content: "", additional_kwargs: { reasoning_content: "Hm" } }],
    ["the beginning of a tool call", { content: "", tool_call_chunks: [{ name: "weather", args: "", index: 0 }] }],
  ])("after %s nobody takes over: the error goes on", async (_, piece) => {
    const { model, models, router } = routed([piece, busy]);
    const pieces: AIMessageChunk[] = [];
    const stream = await model.stream("Hi");
    const read = (async () => {
      for await (const next of stream) pieces.push(next);
    })();
    await expect(read).rejects.toBe(busy);
    expect(pieces.length).toBe(1);
    expect((models.second as FakeModel).calls).toEqual([]);
    expect(router.settled).toMatchObject([{ code: "http", status: 503, retryAfterMs: 7000 }]);
  });

  test("holds nothing back once there is content", async () => {
    let send = (_: string): void => {};
    const later = new Promise<string>((resolve) => {
      send = resolve;
    });
    const { model } = routed(["", "Hel", () => later]);
    const stream = await model.stream("Hi");
    const iterator = stream[Symbol.asyncIterator]();
    expect((await iterator.next()).value.text).toBe("");
    expect((await iterator.next()).value.text).toBe("Hel");
    send("lo");
    expect((await iterator.next()).value.text).toBe("lo");
  });

  test("an answer without words is one where it says that it is over", async () => {
    const { model } = routed([finish]);
    const pieces = await piecesOf(await model.stream("Hi"));
    expect(outcomeOf(pieces.at(-1)?.response_metadata)?.model).toBe("first");
  });

  test("adds no empty block to a content of blocks", async () => {
    const { model } = routed([{ content: [{ type: "text", text: "Hello", index: 0 }] }, { content: [] }]);
    const pieces = await piecesOf(await model.stream("Hi"));
    const all = pieces.reduce((before, piece) => before.concat(piece));
    expect(all.content).toEqual([{ type: "text", text: "Hello", index: 0 }]);
  });

  test("that is left ends the candidate's, and is settled", async () => {
    const { model, models, router } = routed(["a", "b", "c", finish]);
    for await (const _ of await model.stream("Hi")) break;
    await expect.poll(() => (models.first as FakeModel).open).toBe(0);
    expect(router.settled).toEqual([undefined]);
  });

  test("that is aborted ends with the reason, and asks nobody else", async () => {
    const controller = new AbortController();
    const { model, models, router } = routed([
      async () => {
        controller.abort(new Error("enough"));
        throw busy;
      },
    ]);
    await expect(model.stream("Hi", { signal: controller.signal })).rejects.toThrow("enough");
    expect((models.second as FakeModel).calls).toEqual([]);
    expect(router.errors).toMatchObject([{ code: "aborted" }]);
  });

  test("that is aborted after content ends with the reason, and is settled as aborted", async () => {
    const controller = new AbortController();
    const { model, models, router } = routed(["Hel", () => new Promise(() => {})]);
    const stream = await model.stream("Hi", { signal: controller.signal });
    const read = (async () => {
      for await (const _ of stream) controller.abort(new Error("enough"));
    })();
    await expect(read).rejects.toThrow("enough");
    expect((models.second as FakeModel).calls).toEqual([]);
    await expect.poll(() => router.settled).toMatchObject([{ code: "aborted" }]);
  });

  test("of a candidate that does not stream is one piece", async () => {
    const { model } = routed(new FakeModel(whole, { disableStreaming: true }));
    const pieces = await piecesOf(await model.stream("Hi"));
    expect(textsOf(pieces)).toBe("Hello|");
    expect(pieces.reduce((before, piece) => before.concat(piece)).usage_metadata?.output_tokens).toBe(50);
  });

  test("with tools of a candidate that does not stream keeps its calls", async () => {
    const calls = [
      { name: "weather", args: '{"city":"Paris"}', id: "1", index: 0 },
      { name: "weather", args: '{"city":"Rome"}', id: "2", index: 1 },
    ];
    const first = new FakeToolModel([{ content: "", tool_call_chunks: calls }], { disableStreaming: true });
    const pieces = await piecesOf(await routed(first).model.bindTools(tools).stream("Hi"));
    const all = pieces.reduce((before, piece) => before.concat(piece));
    expect(all.tool_calls).toMatchObject([{ args: { city: "Paris" } }, { args: { city: "Rome" } }]);
  });

  test("with disableStreaming is a call", async () => {
    const { router, models } = routed(whole);
    const model = new RoutedChatModel({ router, models, disableStreaming: true });
    const pieces = await piecesOf(await model.stream("Hi"));
    expect(textsOf(pieces)).toBe("Hello");
    expect(outcomeOf(pieces[0]?.response_metadata)?.model).toBe("first");
  });
});

describe("a call", () => {
  test("reaches the router as provider errors, and the caller as the candidate's own", async () => {
    const refused = Object.assign(new Error("no"), { status: 400, code: "context_length_exceeded" });
    const { model, router } = routed([refused], [busy]);
    await expect(model.invoke("Hi")).rejects.toBe(busy);
    expect(router.errors).toMatchObject([
      { code: "http", status: 400, retryable: false, reason: "context_length_exceeded" },
      { code: "http", status: 503, retryable: true, retryAfterMs: 7000 },
    ]);
    for (const error of router.errors as ProviderError[]) expect(error.message).not.toContain("busy");
  });

  test("gives candidates its options, and no retries of their own", async () => {
    const { model, models } = routed(whole);
    await model.invoke("Hi", { stop: ["."], onehead: { costQuality: 3 } });
    expect((models.first as FakeModel).calls).toMatchObject([{ stop: ["."], maxRetries: 0 }]);
    expect((models.first as FakeModel).calls[0]).not.toHaveProperty("onehead");
  });

  test("asks the router for what it prefers, over what the model does", async () => {
    const { router, models } = routed(whole);
    const preference = { willingnessToPayUsd: 0.01 };
    const model = new RoutedChatModel({ router, models, preference, conversationId: "mine" });
    await model.invoke("Hi", { onehead: { exclude: ["x*"], willingnessToPayUsd: 0.02 } });
    const { request, ...asked } = router.requests[0] ?? {};
    expect(asked).toEqual({
      models: ["first", "second"],
      willingnessToPayUsd: 0.02,
      exclude: ["x*"],
      conversationId: "mine",
    });
    expect(request?.messages).toEqual([{ role: "user", content: "Hi" }]);
  });

  test("ends with the reason of a timeout, and asks nobody else", async () => {
    const never = new Promise<string>(() => {});
    const { model, models } = routed([() => never]);
    await expect(model.stream("Hi", { timeout: 20 })).rejects.toMatchObject({ name: "TimeoutError" });
    await expect(model.invoke("Hi", { timeout: 20 })).rejects.toMatchObject({ name: "TimeoutError" });
    expect((models.second as FakeModel).calls).toEqual([]);
  });

  test("takes a router without run, in one try", async () => {
    const model = new RoutedChatModel({ router: { route: () => decision }, models: { first: new FakeModel(whole) } });
    expect(outcomeOf((await model.invoke("Hi")).response_metadata)).toMatchObject({ model: "first", costUsd: null });
  });

  test("makes good a decision that was made already", async () => {
    const { router, models } = routed([busy]);
    const model = new RoutedChatModel({ router, models, decision });
    expect((await model.invoke("Hi")).text).toBe("Hello");
    expect(router.requests).toEqual([]);
  });

  test("takes LangChain's own fakes", async () => {
    const { model } = routed(new FakeStreamingChatModel({ responses: [] }), whole);
    expect((await model.invoke("Hi")).text).toBe("Hi");
  });
});

describe("tools", () => {
  test("are bound on the candidate by its own bindTools, with the options beside them", async () => {
    const { model, models } = routed(new FakeToolModel(whole));
    await model.bindTools(tools, { tool_choice: "any", strict: true }).invoke("Hi");
    expect((models.first as FakeModel).calls).toMatchObject([{ bound: ["weather"], tool_choice: "any", strict: true }]);
  });

  test("are never for a candidate that has none, whatever the router says", async () => {
    const { model, models, router } = routed(new FakeModel(whole), new FakeToolModel(whole));
    const message = await model.bindTools(tools).invoke("Hi");
    expect(router.requests[0]?.models).toEqual(["second"]);
    expect(outcomeOf(message.response_metadata)?.model).toBe("second");
    expect((models.first as FakeModel).calls).toEqual([]);
    expect(router.errors).toMatchObject([{ code: "unsupported" }]);
  });

  test("that no candidate can call are said at once", async () => {
    await expect(routed(whole).model.bindTools(tools).invoke("Hi")).rejects.toThrow("no candidate can call tools");
  });

  test("that a candidate refuses go to the next one, and its refusal to the caller", async () => {
    const refusing = new FakeToolModel(whole);
    refusing.bindTools = () => {
      throw new Error("not these");
    };
    expect(
      outcomeOf(
        (await routed(refusing, new FakeToolModel(whole)).model.bindTools(tools).invoke("Hi")).response_metadata,
      )?.model,
    ).toBe("second");
    await expect(routed(refusing, refusing).model.bindTools(tools).invoke("Hi")).rejects.toThrow("not these");
  });
});

describe("structured output", () => {
  const called = (args: string): Script => [
    { content: "", tool_call_chunks: [{ name: "extract", args, index: 0, id: "1" }], usage_metadata: usage },
  ];

  test("that does not fit is a failed try, billed for its usage", async () => {
    const first = new FakeToolModel(["no call"]);
    const { model, router } = routed(first, new FakeToolModel(called('{"capital":"Paris"}')));
    expect(await model.withStructuredOutput(schema).invoke("Hi")).toEqual({ capital: "Paris" });
    expect(router.errors).toMatchObject([{ code: "response" }]);
  });

  test("that fits nowhere is an error of the parser, and null beside the raw answer", async () => {
    const { model, models } = routed(new FakeToolModel(["no call"]), new FakeToolModel(["no call"]));
    await expect(model.withStructuredOutput(schema).invoke("Hi")).rejects.toMatchObject({
      lc_error_code: "OUTPUT_PARSING_FAILURE",
    });
    const before = (models.second as FakeModel).calls.length;
    const { raw, parsed } = await model.withStructuredOutput(schema, { includeRaw: true }).invoke("Hi");
    expect(parsed).toBeNull();
    expect(raw.text).toBe("no call");
    expect((models.second as FakeModel).calls.length).toBe(before);
  });

  test("has the candidates' retries switched off, and its options given", async () => {
    const first = new FakeToolModel(called("{}"));
    await routed(first)
      .model.withStructuredOutput({ title: "x", type: "object", properties: {} })
      .invoke("Hi", { stop: ["."] });
    expect(first.calls).toMatchObject([{ maxRetries: 0, stop: ["."] }]);
  });

  test("is never asked of a candidate that cannot", async () => {
    const { model, router } = routed(new FakeModel(whole), new FakeToolModel(called('{"capital":"Paris"}')));
    expect(await model.withStructuredOutput(schema).invoke("Hi")).toEqual({ capital: "Paris" });
    expect(router.requests[0]?.models).toEqual(["second"]);
  });
});

class Counting extends BaseCallbackHandler {
  readonly name = "counting";
  readonly lc_prefer_streaming = true;
  readonly seen: string[] = [];
  readonly shown: string[] = [];

  override handleChatModelStart(...given: unknown[]): void {
    this.shown.push(JSON.stringify(given));
    this.seen.push("start");
  }

  override handleLLMNewToken(token: string): void {
    this.seen.push(token);
  }

  override handleLLMEnd(): void {
    this.seen.push("end");
  }

  override handleLLMError(): void {
    this.seen.push("error");
  }
}

describe("callbacks", () => {
  test.each(["stream", "invoke"] as const)("are told of each token once: %s", async (method) => {
    const { model } = routed([busy]);
    const handler = new Counting();
    const options = { callbacks: [handler] };
    if (method === "stream") await piecesOf(await model.stream("Hi", options));
    else await model.invoke("Hi", options);
    expect(handler.seen).toEqual(["start", "Hel", "lo", "", "", "end"]);
  });

  test("are told of an error once", async () => {
    const handler = new Counting();
    await expect(routed([busy], [busy]).model.invoke("Hi", { callbacks: [handler] })).rejects.toBe(busy);
    expect(handler.seen).toEqual(["start", "error"]);
  });

  test("of a tracer see the candidates' calls below the routed one", async () => {
    const runs: Run[] = [];
    const client = { createRun: async (run: Run) => runs.push(run), updateRun: async () => {} };
    const tracer = new LangChainTracer({ client: client as never });
    await routed([busy]).model.invoke("Hi", { callbacks: [tracer] });
    await expect.poll(() => runs.length).toBe(3);
    const [outer, ...inner] = runs;
    expect(outer?.name).toBe("RoutedChatModel");
    expect(inner.map(({ parent_run_id }) => parent_run_id)).toEqual([outer?.id, outer?.id]);
  });

  test("and whatever shows the model see no keys of candidates or tools", async () => {
    const first = new FakeToolModel(whole);
    Object.assign(first, { apiKey: "a-secret" });
    const { model } = routed(first);
    const handler = new Counting();
    const secret = [{ ...tools[0], headers: { authorization: "a-secret" } }];
    await model.bindTools(secret).invoke("Hi", { callbacks: [handler] });
    expect(handler.shown[0]).toContain("weather");
    expect(handler.shown[0]).not.toContain("a-secret");
    expect(JSON.stringify([model, model.serialize(), model.lc_kwargs])).not.toContain("a-secret");
  });
});

test("a message that is stored keeps the outcome", async () => {
  const message = await routed(whole).model.invoke("Hi");
  expect(JSON.stringify(message)).toContain('"decision":{"id":"decision"');
});

test("the profile is what all candidates can do", () => {
  const { model } = routed(
    new FakeModel(whole, {
      profile: { maxInputTokens: 100, structuredOutput: true, imageInputs: true, toolCalling: true },
    }),
    new FakeModel(whole, { profile: { maxInputTokens: 50, structuredOutput: true, imageInputs: false } }),
  );
  expect(model.profile).toEqual({ maxInputTokens: 50, structuredOutput: true, imageInputs: false });
});

describe("what cannot be", () => {
  const router = routerWith();
  test.each([
    ["no models", { router, models: {} }, "models"],
    ["no router", { router: undefined as never, models: { first: new FakeModel(whole) } }, "router"],
    ["a name of a model in its place", { router, models: { first: "gpt-5" as never } }, "models.first"],
  ])("%s is named at once", (_, fields, words) => {
    expect(() => new RoutedChatModel(fields)).toThrow(words);
  });

  test.each([
    [{ willingnessToPayUsd: "much" }, "onehead.willingnessToPayUsd"],
    [{ conversationId: 7 }, "onehead.conversationId"],
    [{ exclude: "x" }, "onehead.exclude"],
    [{ willingness: 1 }, "onehead.willingness"],
  ])("an option %o is named in the call", async (onehead, words) => {
    await expect(routed(whole).model.invoke("Hi", { onehead: onehead as never })).rejects.toThrow(words);
  });
});
