import { createOpenAI } from "@ai-sdk/openai";
import type { ProviderHttpError, RouteDecision, Router } from "@onehead/provider";
import { APICallError, createProviderRegistry, type LanguageModel, ToolLoopAgent } from "ai";
import { MockLanguageModelV3, simulateReadableStream } from "ai/test";
import { createOpenAI as createOpenAI7 } from "ai-sdk-openai7";
import type { LanguageModel as LanguageModel7 } from "ai7";
import { describe, expect, expectTypeOf, test, vi } from "vitest";
import { createOnehead, prepareRoutedStep, routedModel } from "./index.js";

const usage = {
  inputTokens: { total: 100, noCache: 60, cacheRead: 40, cacheWrite: undefined },
  outputTokens: { total: 50, text: 20, reasoning: 30 },
};
const finishReason = { unified: "stop" as const, raw: "stop" };
const decision: RouteDecision = {
  id: "decision",
  model: "first",
  ranking: ["first", "second"].map((model) => ({ model, predictedQuality: 0.5, predictedCostUsd: 1, reward: 0 })),
};

interface Seen {
  errors: unknown[];
  settled: unknown[];
}

function routerWith(): Router & Seen {
  const seen: Seen = { errors: [], settled: [] };
  return {
    ...seen,
    route: () => decision,
    async run(made, attempt, { signal } = {}) {
      for (const [i, { model }] of made.ranking.entries()) {
        try {
          const value = await attempt({ model, attempt: i + 1, signal: signal ?? new AbortController().signal });
          const outcome = { decision: made, model, tries: [], costUsd: null as number | null, unresolvedTries: 1 };
          let over = false;
          const settle = (used: unknown, error?: unknown): void => {
            if (!over) seen.settled.push(error ?? used);
            over = true;
            outcome.costUsd = 0.5;
          };
          return { value, outcome, settle };
        } catch (error) {
          seen.errors.push(error);
          if (signal?.aborted) throw error;
        }
      }
      throw seen.errors.at(-1);
    },
  };
}

type StreamParts = Parameters<typeof simulateReadableStream>[0]["chunks"];

const streaming = (chunks: StreamParts) =>
  new MockLanguageModelV3({
    doStream: async () => ({
      stream: simulateReadableStream({ chunks: chunks as never[], initialDelayInMs: null, chunkDelayInMs: null }),
    }),
  });
const failing = (error: unknown) =>
  new MockLanguageModelV3({
    doGenerate: async () => {
      throw error;
    },
    doStream: async () => {
      throw error;
    },
  });
const start = { type: "stream-start", warnings: [] };
const metadata = { type: "response-metadata", id: "r", modelId: "m" };
const delta = (text: string) => ({ type: "text-delta", id: "1", delta: text });
const finish = { type: "finish", usage, finishReason };
const whole = [start, metadata, { type: "text-start", id: "1" }, delta("Hello"), { type: "text-end", id: "1" }, finish];
const prompt = [{ role: "user" as const, content: [{ type: "text" as const, text: "Hi" }] }];

const busy = (over: object = {}) =>
  new APICallError({
    message: "busy",
    url: "https://example.com",
    requestBodyValues: {},
    statusCode: 503,
    isRetryable: true,
    responseHeaders: { "retry-after": "7" },
    data: { error: { code: "overloaded" } },
    ...over,
  });

async function partsOf(stream: ReadableStream<unknown>): Promise<Array<Record<string, unknown>>> {
  const parts: Array<Record<string, unknown>> = [];
  const reader = stream.getReader();
  for (let next = await reader.read(); !next.done; next = await reader.read())
    parts.push(next.value as Record<string, unknown>);
  return parts;
}

describe("types", () => {
  test("a routed model is a model of the SDK's version, 6 and 7, without casts", () => {
    const router = routerWith();
    const six = createOpenAI({ apiKey: "a-key" });
    const seven = createOpenAI7({ apiKey: "a-key" });
    const routed6 = routedModel({ router, models: { first: six.chat("a"), second: six.responses("b") } });
    const routed7 = routedModel({ router, models: { first: seven.chat("a"), second: seven.responses("b") } });
    expectTypeOf(routed6).toExtend<LanguageModel>();
    expectTypeOf(routed7).toExtend<LanguageModel7>();
    expectTypeOf(routed6.specificationVersion).toEqualTypeOf<"v3">();
    expectTypeOf(routed7.specificationVersion).toEqualTypeOf<"v4">();
    expect([routed6.specificationVersion, routed7.specificationVersion]).toEqual(["v3", "v4"]);
    const onehead = createOnehead({ router, models: { first: six.chat("a") } });
    createProviderRegistry({ onehead });
    new ToolLoopAgent({
      model: onehead("auto"),
      prepareStep: prepareRoutedStep({ router, models: { first: six.chat("a") } }),
    });
  });
});

describe("doStream", () => {
  test("emits one start, the winner's, and the outcome on finish", async () => {
    const router = routerWith();
    const models = { first: streaming([start, metadata, { type: "error", error: busy() }]), second: streaming(whole) };
    const { stream } = await routedModel({ router, models }).doStream({ prompt });
    const parts = await partsOf(stream);
    expect(parts.map(({ type }) => type)).toEqual(whole.map(({ type }) => type));
    expect(parts.at(-1)).toMatchObject({
      usage,
      providerMetadata: { onehead: { model: "second", costUsd: 0.5, decision: { id: "decision" } } },
    });
    expect(router.settled).toEqual([
      { inputTokens: 100, cachedInputTokens: 40, outputTokens: 50, reasoningTokens: 30 },
    ]);
  });

  test("holds nothing back once there is content", async () => {
    let send: ((part: unknown) => void) | undefined;
    const stream = new ReadableStream<never>({
      start(controller) {
        send = (part) => controller.enqueue(part as never);
      },
    });
    const first = new MockLanguageModelV3({ doStream: async () => ({ stream }) });
    const opened = routedModel({ router: routerWith(), models: { first } }).doStream({ prompt });
    send?.(start);
    send?.(delta(""));
    await expect(Promise.race([opened, Promise.resolve("held")])).resolves.toBe("held");
    send?.(delta("Hel"));
    const reader = (await opened).stream.getReader();
    expect((await reader.read()).value).toEqual(start);
    expect((await reader.read()).value).toEqual(delta(""));
    expect((await reader.read()).value).toEqual(delta("Hel"));
    await reader.cancel();
  });

  test("never switches after content: the error part goes on, as one that the SDK does not try again", async () => {
    const router = routerWith();
    const error = busy();
    const second = streaming(whole);
    const { stream } = await routedModel({
      router,
      models: { first: streaming([start, delta("Hel"), { type: "error", error }]), second },
    }).doStream({ prompt });
    const parts = await partsOf(stream);
    expect(parts.map(({ type }) => type)).toEqual(["stream-start", "text-delta", "error"]);
    expect(parts[2]["error"]).toBe(error);
    expect(error.isRetryable).toBe(false);
    expect(second.doStreamCalls).toEqual([]);
    expect(router.settled).toMatchObject([{ code: "http", status: 503 }]);
  });

  test("an abort after content is no failure of the model's, whether or not it heeds it", async () => {
    for (const heeds of [true, false]) {
      const router = routerWith();
      const controller = new AbortController();
      const stream = new ReadableStream<never>({
        start(own) {
          own.enqueue(delta("Hel") as never);
          if (heeds) controller.signal.addEventListener("abort", () => own.error(controller.signal.reason));
        },
      });
      const first = new MockLanguageModelV3({ doStream: async () => ({ stream }) });
      const routed = await routedModel({ router, models: { first } }).doStream({
        prompt,
        abortSignal: controller.signal,
      });
      const read = partsOf(routed.stream).catch((thrown: unknown) => thrown);
      controller.abort();
      if (heeds) expect(await read).toBe(controller.signal.reason);
      expect(router.settled).toMatchObject([{ code: "aborted" }]);
    }
  });

  test("a stream that breaks is settled with an error that says so", async () => {
    const router = routerWith();
    const stream = new ReadableStream<never>({
      start(own) {
        own.enqueue(delta("Hel") as never);
      },
      pull: (own) => own.error(new TypeError("terminated")),
    });
    const first = new MockLanguageModelV3({ doStream: async () => ({ stream }) });
    const routed = await routedModel({ router, models: { first } }).doStream({ prompt });
    await expect(partsOf(routed.stream)).rejects.toThrow("terminated");
    expect(router.settled).toMatchObject([{ code: "response" }]);
  });

  test("an empty stream is no answer, and one without content but with a finish is", async () => {
    const models = { first: streaming([]), second: streaming([start, finish]) };
    const { stream } = await routedModel({ router: routerWith(), models }).doStream({ prompt });
    expect((await partsOf(stream)).map(({ type }) => type)).toEqual(["stream-start", "finish"]);
  });

  test("a stream that is cancelled is given back and settled as unknown", async () => {
    const cancelled = vi.fn();
    const router = routerWith();
    const stream = new ReadableStream<never>({
      start: (controller) => controller.enqueue(delta("a") as never),
      cancel: cancelled,
    });
    const first = new MockLanguageModelV3({ doStream: async () => ({ stream }) });
    const routed = await routedModel({ router, models: { first } }).doStream({ prompt });
    await routed.stream.cancel();
    expect(cancelled).toHaveBeenCalled();
    expect(router.settled).toEqual([undefined]);
  });
});

describe("doGenerate", () => {
  test("reaches the router as provider errors, and the caller as the SDK's own", async () => {
    const router = routerWith();
    const last = busy();
    const models = { first: failing(busy({ statusCode: 400, isRetryable: false })), second: failing(last) };
    const error = await Promise.resolve(routedModel({ router, models }).doGenerate({ prompt })).catch(
      (thrown: unknown) => thrown,
    );
    expect(error).toBe(last);
    expect(APICallError.isInstance(error) && error.isRetryable).toBe(false);
    expect(router.errors as ProviderHttpError[]).toMatchObject([
      { code: "http", status: 400, retryable: false, reason: "overloaded" },
      { code: "http", status: 503, retryable: true, retryAfterMs: 7000 },
    ]);
    for (const seen of router.errors) expect((seen as Error).message).not.toContain("busy");
  });

  test("a connection that breaks may have cost something, one that never was costs nothing", async () => {
    const router = routerWith();
    const lost = (code: string) => {
      const cause = new TypeError("fetch failed", { cause: Object.assign(new Error("lost"), { code }) });
      return failing(busy({ statusCode: undefined, data: undefined, cause }));
    };
    const models = { first: lost("ECONNRESET"), second: lost("ECONNREFUSED") };
    await expect(routedModel({ router, models }).doGenerate({ prompt })).rejects.toThrow("busy");
    expect(router.errors).toMatchObject([
      { status: null, billing: "unknown" },
      { status: null, billing: "none" },
    ]);
  });

  test("goes on where a router names a candidate that nobody has a model for", async () => {
    const router = routerWith();
    const answer = { content: [{ type: "text" as const, text: "Hi" }], finishReason, usage, warnings: [] };
    const second = new MockLanguageModelV3({ doGenerate: async () => answer });
    const result = await routedModel({ router, models: { second } }).doGenerate({ prompt });
    expect(result.providerMetadata?.["onehead"]).toMatchObject({ model: "second" });
    expect(router.errors).toMatchObject([{ code: "unsupported" }]);
  });

  test("ends with the reason of an abort, and asks nobody else", async () => {
    const controller = new AbortController();
    const second = streaming(whole);
    const first = new MockLanguageModelV3({
      doGenerate: async () => {
        controller.abort(new Error("enough"));
        throw new Error("whatever");
      },
    });
    const call = routedModel({ router: routerWith(), models: { first, second } }).doGenerate({
      prompt,
      abortSignal: controller.signal,
    });
    await expect(call).rejects.toThrow("enough");
    expect(second.doGenerateCalls).toEqual([]);
  });

  test("takes a router without run, in one try", async () => {
    const first = new MockLanguageModelV3({
      doGenerate: async () => ({ content: [{ type: "text", text: "Hi" }], finishReason, usage, warnings: [] }),
    });
    const result = await routedModel({ router: { route: () => decision }, models: { first } }).doGenerate({ prompt });
    expect(result.providerMetadata?.["onehead"]).toMatchObject({ model: "first", costUsd: null });
  });
});

describe("what cannot be", () => {
  const router = routerWith();
  test.each([
    ["no models", {}, "models"],
    [
      "models of two versions",
      { first: createOpenAI({ apiKey: "k" }).chat("a"), second: createOpenAI7({ apiKey: "k" }).chat("a") },
      "versions v3, v4",
    ],
    ["a name of a model in its place", { first: "openai/gpt-5" as never }, "models"],
  ])("%s is named at once", (_, models, words) => {
    expect(() => routedModel({ router, models: models as Record<string, never> })).toThrow(words);
  });

  test.each([
    [{ willingnessToPayUsd: "much" }, "providerOptions.onehead.willingnessToPayUsd"],
    [{ conversationId: 7 }, "providerOptions.onehead.conversationId"],
    [{ exclude: "x" }, "providerOptions.onehead.exclude"],
    [{ willingness: 1 }, "providerOptions.onehead.willingness"],
  ])("an option %o is named in the call", async (onehead, words) => {
    const call = Promise.resolve(
      routedModel({ router, models: { first: failing(busy()) } }).doGenerate({
        prompt,
        providerOptions: { onehead } as never,
      }),
    );
    await expect(call).rejects.toThrow(words);
  });

  test("a model that the provider does not have", () => {
    const onehead = createOnehead({ router, models: { first: failing(busy()) } });
    expect(() => onehead("third")).toThrow("one of auto, auto:<USD>, first");
    for (const name of ["constructor", "__proto__", "toString"]) expect(() => onehead(name)).toThrow("one of auto");
    expect(() => onehead("auto:0")).toThrow("auto:<USD>");
    expect(() => onehead.embeddingModel("x")).toThrow("a language model");
  });
});

test("addresses are left to the models only where all of them fetch them", async () => {
  const urls = (supportedUrls: Record<string, RegExp[]>) => new MockLanguageModelV3({ supportedUrls });
  const models = {
    first: urls({ "image/*": [/^https:/, /^http:/], "application/pdf": [/^https:/] }),
    second: urls({ "image/*": [/^https:/] }),
  };
  expect(await routedModel({ router: routerWith(), models }).supportedUrls).toEqual({ "image/*": [/^https:/] });
});
