import { ProviderResponseError, type Warning } from "@onehead/provider";
import { describe, expect, test } from "vitest";
import recorded from "../__fixtures__/chat-completions.json" with { type: "json" };
import { chatUsage } from "./chat-usage.js";
import { fromChatCompletion } from "./from-chat-completion.js";

function answer(message: object, finish = "stop"): object {
  return { ...recorded.answer, choices: [{ index: 0, message, finish_reason: finish }] };
}

describe("fromChatCompletion", () => {
  test("reads reasoning before text", () => {
    const { content, response } = fromChatCompletion(recorded.answer, []);
    expect(content).toEqual([
      { type: "reasoning", text: "The user wants a greeting. Short." },
      { type: "text", text: "Grüße, 世界 🌍!" },
    ]);
    expect(response).toEqual({ id: "a2984449b4204304a731f30927977d5c", model: "mistral-medium-3-5" });
  });

  test("makes one text of several chunks", () => {
    const chunks = [
      { type: "text", text: "a" },
      { type: "reference", reference_ids: [1] },
      { type: "text", text: "b" },
    ];
    expect(fromChatCompletion(answer({ content: chunks }), []).content).toEqual([{ type: "text", text: "ab" }]);
  });

  test("a call that was cut off with the answer is left out with a warning, and is an error otherwise", () => {
    const warnings: Warning[] = [];
    const message = { content: null, tool_calls: [{ id: "aaaaaaaaa", function: { name: "f", arguments: '{"n' } }] };
    expect(fromChatCompletion(answer(message, "length"), warnings).content).toEqual([]);
    expect(warnings).toMatchObject([{ field: "maxOutputTokens" }]);
    expect(() => fromChatCompletion(answer(message), [])).toThrow("no JSON object");
  });

  test.each([
    ["nothing", null, "chat completion: null"],
    ["no choices", {}, "choices: missing"],
    ["an empty list of them", { choices: [] }, "choices[0]: missing"],
    ["no message", { choices: [{}] }, "message: missing"],
    ["an error at its end", answer({ content: "" }, "error"), "finish_reason error"],
  ])("%s is no answer", (_, json, message) => {
    expect(() => fromChatCompletion(json, [])).toThrow(message);
    expect(() => fromChatCompletion(json, [])).toThrow(expect.toSatisfy(ProviderResponseError.isInstance));
  });
});

describe("chatUsage", () => {
  test.each([
    [undefined, undefined],
    [{}, {}],
    // what the official client makes of an answer without counts
    [{ prompt_tokens: 0, completion_tokens: 0, total_tokens: 0 }, {}],
    [
      { prompt_tokens: 7, completion_tokens: 0 },
      { inputTokens: 7, outputTokens: 0 },
    ],
    [
      {
        prompt_tokens: 7,
        completion_tokens: 3,
        num_cached_tokens: 2,
        completion_tokens_details: { reasoning_tokens: 1 },
      },
      { inputTokens: 7, cachedInputTokens: 2, outputTokens: 3, reasoningTokens: 1 },
    ],
    [
      { prompt_tokens: 7, completion_tokens: 3, num_cached_tokens: 9, prompt_tokens_details: { cached_tokens: 0 } },
      { inputTokens: 7, cachedInputTokens: 0, outputTokens: 3 },
    ],
  ])("reads %j", (json, usage) => {
    const found = chatUsage(json);
    if (found === undefined) expect(usage).toBeUndefined();
    else {
      const { raw, ...counts } = found;
      expect(raw).toBe(json);
      expect(JSON.parse(JSON.stringify(counts))).toEqual(usage);
    }
  });
});
