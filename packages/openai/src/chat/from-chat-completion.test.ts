import { ProviderResponseError, type Warning } from "@onehead/provider";
import { describe, expect, test } from "vitest";
import recorded from "../__fixtures__/chat-completions.json" with { type: "json" };
import { fromChatCompletion } from "./from-chat-completion.js";

const [choice] = recorded.answer.choices;
const answer = (message: object, finish_reason: string | null = "stop", more: object = {}) => ({
  ...recorded.answer,
  choices: [{ ...choice, message: { role: "assistant", content: null, ...message }, finish_reason }],
  ...more,
});
const call = (fn: object, more: object = { id: "1" }) => ({
  tool_calls: [{ type: "function", ...more, function: fn }],
});
const read = (json: unknown, warnings: Warning[] = []) => fromChatCompletion(json, warnings);

test("a recorded answer is its text, end, usage and names", () => {
  expect(read(recorded.answer)).toMatchObject({
    content: [{ type: "text", text: "Grüße, 世界 🌍!" }],
    finishReason: "stop",
    rawFinishReason: "stop",
    usage: { inputTokens: 1219, cachedInputTokens: 1024, outputTokens: 310, reasoningTokens: 192 },
    response: { id: recorded.answer.id, model: "gpt-5-mini-2025-08-07" },
  });
});

describe("the end", () => {
  test.each([
    ["stop", "stop"],
    ["eos", "stop"],
    ["length", "length"],
    ["content_filter", "content-filter"],
    ["tool_calls", "tool-calls"],
    ["function_call", "tool-calls"],
    ["insufficient_system_resource", "other"],
    [null, "other"],
  ])("%j is %s", (raw, finishReason) => {
    expect(read(answer({ content: "a" }, raw))).toMatchObject({ finishReason, rawFinishReason: raw ?? undefined });
  });

  test("of an answer with calls is tool-calls, though a server says stop", () => {
    expect(read(answer(call({ name: "a", arguments: "{}" }))).finishReason).toBe("tool-calls");
  });

  test("by a refusal is content-filter, and its text the answer", () => {
    expect(read(answer({ refusal: "I cannot." }))).toMatchObject({
      content: [{ type: "text", text: "I cannot." }],
      finishReason: "content-filter",
    });
  });
});

describe("servers that differ", () => {
  test.each([
    ["DeepSeek and vLLM", { reasoning_content: "hm", content: "a" }],
    ["OpenRouter and newer vLLM", { reasoning: "hm", content: "a" }],
    ["one that has both names", { reasoning_content: "", reasoning: "hm", content: "a" }],
  ])("tell their reasoning: %s", (_, message) => {
    expect(read(answer(message)).content).toEqual([
      { type: "reasoning", text: "hm" },
      { type: "text", text: "a" },
    ]);
  });

  test("give text as a list of parts", () => {
    const content = [{ type: "thinking" }, { type: "text", text: "a" }, { type: "text", text: "b" }];
    expect(read(answer({ content })).content).toEqual([{ type: "text", text: "ab" }]);
  });

  test("give arguments as objects, none, or calls without ids", () => {
    expect(read(answer(call({ name: "n", arguments: { a: 1 } }))).content).toMatchObject([{ arguments: '{"a":1}' }]);
    expect(read(answer(call({ name: "n" }))).content).toMatchObject([{ arguments: "{}" }]);
    for (const id of [undefined, "", null]) {
      expect(read(answer(call({ name: "n", arguments: "{}" }, { id }))).content).toMatchObject([
        { id: expect.stringMatching(/^call_\w{24}$/) },
      ]);
    }
  });

  test("tell of an error with status 200", () => {
    const error = { message: "SECRET", code: "overloaded" };
    for (const body of [{ error }, answer({ content: "a" }, "stop", { error })]) {
      expect(() => read(body)).toThrow("chat completion: an error: overloaded");
    }
    expect(() => read({ error: "SECRET" })).toThrow(/^chat completion: an error$/);
    expect(read(answer({ content: "a" }, "stop", { error: null })).content).toHaveLength(1);
  });

  test("say nothing of usage", () => {
    const { usage } = read(answer({ content: "a" }, "stop", { usage: undefined }));
    expect(usage).toEqual({ inputTokens: undefined, outputTokens: undefined });
  });
});

test("probabilities are those of the tokens, with their alternatives", () => {
  const token = { token: "a", logprob: -0.5, bytes: [97] };
  const content = [{ ...token, top_logprobs: [token, { token: "b", logprob: -1 }] }];
  const json = { ...recorded.answer, choices: [{ ...choice, logprobs: { content } }] };
  expect(read(json).logprobs).toEqual([
    {
      token: "a",
      logprob: -0.5,
      top: [
        { token: "a", logprob: -0.5 },
        { token: "b", logprob: -1 },
      ],
    },
  ]);
  expect(read(recorded.answer)).not.toHaveProperty("logprobs");
});

test("a call that was cut off is left out where the answer was cut for its length, and an error elsewhere", () => {
  const cut = call({ name: "n", arguments: '{"city":"SECRET' });
  const warnings: Warning[] = [];
  expect(read(answer(cut, "length"), warnings)).toMatchObject({ content: [], finishReason: "length", warnings });
  expect(warnings).toMatchObject([{ field: "maxOutputTokens" }]);
  expect(() => read(answer(cut, "tool_calls"))).toThrow("tool call 1: arguments that are no JSON object, expected one");
});

test.each<[unknown, string]>([
  ["<html>SECRET", "chat completion: string, expected an object"],
  [{}, "chat completion: choices: missing, expected a list"],
  [{ choices: [] }, "chat completion: choices[0]: missing, expected an object"],
  [{ choices: [{}] }, "chat completion: choices[0].message: missing, expected an object"],
])("%j is no answer", (json, message) => {
  expect(() => read(json)).toThrow(new ProviderResponseError(message));
});
