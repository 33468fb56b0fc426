import {
  type ChatModel,
  type ChatStream,
  collectStream,
  outcomeOf,
  ProviderHttpError,
  ProviderResponseError,
  type RouteDecision,
  type StreamPart,
} from "@onehead/provider";
import { describe, expect, test } from "vitest";
import { CircuitBreakers } from "../calls/circuit-breakers.js";
import { ProviderLimits } from "../calls/provider-limits.js";
import { retryPolicy } from "../calls/retry-policy.js";
import { RouteRun } from "../calls/route-run.js";
import { routedChatModel } from "./routed-chat-model.js";

const usage = { inputTokens: 10, outputTokens: 20 };
const decision: RouteDecision = {
  id: "decision",
  model: "first",
  ranking: ["first", "second"].map((model) => ({ model, predictedQuality: 0.5, predictedCostUsd: 1, reward: 0 })),
};
const router = {
  route: () => decision,
  run: <T>(...[made, attempt, options]: Parameters<NonNullable<import("@onehead/provider").Router["run"]>>) =>
    new RouteRun<T>(made, attempt as never, (options ?? {}) as never, {
      retry: retryPolicy({ retries: 0 }),
      breakers: new CircuitBreakers(),
      limits: new ProviderLimits(),
      providerOf: () => "p",
      hedgeAfterMs: Number.POSITIVE_INFINITY,
      deadlineMs: Number.POSITIVE_INFINITY,
      costOf: () => 0.25,
      onOutcome: () => {},
      now: Date.now,
      random: Math.random,
    }).execute(),
};

/** A model whose stream gives these parts, and an error where one stands. */
function modelOf(name: string, script: ReadonlyArray<StreamPart | Error>): ChatModel & { open: () => number } {
  let open = 0;
  return {
    specification: "onehead-chat-1",
    provider: "test",
    model: name,
    open: () => open,
    generate: async () => collectStream(scripted()),
    stream: async () => scripted(),
  };
  function scripted(): ChatStream {
    const left = [...script];
    open++;
    const close = (): void => {
      if (left.length >= 0) open = Math.max(0, open - 1);
    };
    return {
      [Symbol.asyncIterator]() {
        return this;
      },
      async next() {
        const part = left.shift();
        if (part === undefined) return { done: true, value: undefined };
        if (part instanceof Error) throw part;
        return { done: false, value: part };
      },
      async return() {
        close();
        left.length = 0;
        return { done: true, value: undefined };
      },
    };
  }
}

const start: StreamPart = { type: "start", warnings: [], response: {} };
const text = (words: string): StreamPart => ({ type: "text", text: words });
const finish: StreamPart = { type: "finish", finishReason: "stop", usage, warnings: [], response: {} };
const request = { messages: [{ role: "user" as const, content: "Hi" }] };
const cut = new ProviderResponseError("cut");

async function partsOf(stream: ChatStream): Promise<StreamPart[]> {
  const parts: StreamPart[] = [];
  for await (const part of stream) parts.push(part);
  return parts;
}

describe("a stream", () => {
  test("is switched before its first content, without a trace but in the outcome", async () => {
    const first = modelOf("first", [start, cut]);
    const second = modelOf("second", [start, text("Hello"), finish]);
    const model = routedChatModel({ router, models: { first, second } });
    const parts = await partsOf(await model.stream(request));
    expect(parts.map(({ type }) => type)).toEqual(["start", "text", "finish"]);
    const outcome = outcomeOf(parts.at(-1));
    expect(outcome).toMatchObject({ model: "second", costUsd: 0.25, unresolvedTries: 1 });
    expect(outcome?.tries.map((one) => one.outcome)).toEqual(["failed", "answered"]);
    expect(first.open()).toBe(0);
  });

  test("is never switched after its first content: the error goes on to the reader", async () => {
    const first = modelOf("first", [start, text("Hel"), cut]);
    const second = modelOf("second", [start, text("Other"), finish]);
    const stream = await routedChatModel({ router, models: { first, second } }).stream(request);
    const seen: string[] = [];
    const read = (async () => {
      for await (const part of stream) if (part.type === "text") seen.push(part.text);
    })();
    await expect(read).rejects.toBe(cut);
    expect(seen).toEqual(["Hel"]);
  });

  test("that ends without content is an answer all the same", async () => {
    const model = routedChatModel({ router, models: { first: modelOf("first", [start, finish]) } });
    expect((await partsOf(await model.stream(request))).map(({ type }) => type)).toEqual(["start", "finish"]);
  });

  test("that is left early is given back and settled as unknown", async () => {
    const first = modelOf("first", [start, text("a"), text("b"), finish]);
    const stream = await routedChatModel({ router, models: { first } }).stream(request);
    for await (const part of stream) if (part.type === "text") break;
    expect(first.open()).toBe(0);
    expect(await stream.next()).toEqual({ done: true, value: undefined });
  });
});

test("a whole answer carries its outcome, failed tries and all", async () => {
  const busy = new ProviderHttpError("busy", { status: 503 });
  const models = { first: modelOf("first", [busy]), second: modelOf("second", [start, text("Hello"), finish]) };
  const result = await routedChatModel({ router, models }).generate(request);
  expect(result.content).toEqual([{ type: "text", text: "Hello" }]);
  expect(result.onehead).toMatchObject({ model: "second", costUsd: 0.25, unresolvedTries: 0 });
  expect(outcomeOf(result)).toBe(result.onehead);
});

test("no models are no pool", () => {
  expect(() => routedChatModel({ router, models: {} })).toThrow("models");
});
