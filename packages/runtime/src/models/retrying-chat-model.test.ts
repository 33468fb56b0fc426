import { type ChatModel, PriceBook, ProviderHttpError, ProviderResponseError } from "@onehead/provider";
import { expect, test } from "vitest";
import { retryingChatModel } from "./retrying-chat-model.js";

const usage = { inputTokens: 1, outputTokens: 2, reportedCostUsd: 0.25 };

function failingTimes(times: number, error: unknown): ChatModel & { calls: () => number } {
  let calls = 0;
  return {
    specification: "onehead-chat-1",
    provider: "test",
    model: "a-model",
    calls: () => calls,
    async generate() {
      if (calls++ < times) throw error;
      return { content: [], finishReason: "stop", usage, warnings: [], response: {} };
    },
    stream: () => Promise.reject(error),
  };
}

const request = { messages: [{ role: "user" as const, content: "Hi" }] };
const busy = new ProviderHttpError("busy", { status: 503 });

test("what may pass is tried again, and the answer says how often", async () => {
  const model = failingTimes(2, busy);
  const retrying = retryingChatModel(model, { retries: 3, backOffMs: 1 });
  expect(retrying).toMatchObject({ provider: "test", model: "a-model" });
  const { onehead } = await retrying.generate(request);
  expect(onehead.tries.map(({ outcome }) => outcome)).toEqual(["failed", "failed", "answered"]);
  expect(onehead.costUsd).toBe(0.25);
});

test("the last error is thrown when the tries are used up", async () => {
  const model = failingTimes(9, busy);
  await expect(retryingChatModel(model, { retries: 2, backOffMs: 1 }).generate(request)).rejects.toBe(busy);
  expect(model.calls()).toBe(3);
});

test("what would fail again is not tried again", async () => {
  const refused = new ProviderHttpError("no", { status: 401 });
  const model = failingTimes(9, refused);
  await expect(retryingChatModel(model, { retries: 2 }).generate(request)).rejects.toBe(refused);
  expect(model.calls()).toBe(1);
});

test("options that cannot be are named", () => {
  expect(() => retryingChatModel(failingTimes(0, busy), { retries: -1 })).toThrow("retries");
});

test("a strict price book says at once what it lacks", () => {
  const prices = new PriceBook([], { onMissing: "error" });
  expect(() => retryingChatModel(failingTimes(0, busy), { prices })).toThrow("no price");
});

test("usage that makes no sense costs nobody an answer, and no call its end", async () => {
  const broken = { inputTokens: -1, outputTokens: Number.NaN };
  const error = new ProviderResponseError("cut", { usage: broken });
  const rates = { inputUsdPerMillionTokens: 1, outputUsdPerMillionTokens: 1, source: "made up", asOf: "2026-11-26" };
  const prices = new PriceBook([{ provider: "test", model: "a-model", kind: "chat", prices: rates, capabilities: {} }]);
  const options = { backOffMs: 1, prices };
  await expect(retryingChatModel(failingTimes(9, error), options).generate(request)).rejects.toBe(error);
  const answering: ChatModel = {
    ...failingTimes(0, busy),
    generate: async () => ({ content: [], finishReason: "stop", usage: broken, warnings: [], response: {} }),
  };
  const { onehead } = await retryingChatModel(answering, options).generate(request);
  expect(onehead).toMatchObject({ costUsd: null, unresolvedTries: 1 });
});
