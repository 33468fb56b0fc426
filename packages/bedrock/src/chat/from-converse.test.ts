import { describe, expect, it } from "vitest";
import recorded from "../__fixtures__/converse.json" with { type: "json" };
import { converseUsage } from "./converse-usage.js";
import { finishReasonOf } from "./finish-reason.js";
import { fromConverse } from "./from-converse.js";

function answerWith(content: unknown, stopReason = "end_turn"): object {
  return { ...recorded.answer, output: { message: { role: "assistant", content } }, stopReason };
}

describe("fromConverse", () => {
  it("puts texts that follow each other together, those with citations too", () => {
    const blocks = [{ text: "It rains" }, { citationsContent: { content: [{ text: " in Paris." }], citations: [] } }];
    expect(fromConverse(answerWith(blocks), [], "format").content).toEqual([
      { type: "text", text: "It rains in Paris." },
    ]);
  });

  it("reads reasoning: signed, unsigned, and redacted as base64 or bytes", () => {
    const blocks = [
      { reasoningContent: { reasoningText: { text: "one", signature: "s1" } } },
      { reasoningContent: { redactedContent: "AQID" } },
      { reasoningContent: { redactedContent: Uint8Array.of(4, 5, 6) } },
      { reasoningContent: { reasoningText: { text: "two" } } },
    ];
    expect(fromConverse(answerWith(blocks), [], "format").content).toEqual([
      { type: "reasoning", text: "one", signature: "s1" },
      { type: "reasoning", text: "", signature: "AQID", redacted: true },
      { type: "reasoning", text: "", signature: "BAUG", redacted: true },
      { type: "reasoning", text: "two" },
    ]);
  });

  it("leaves out what Bedrock has called by itself", () => {
    const own = { toolUse: { toolUseId: "1", name: "nova_grounding", type: "server_tool_use", input: {} } };
    const { content, finishReason } = fromConverse(answerWith([own, { toolResult: {} }, { text: "Hi" }]), [], "format");
    expect(content).toEqual([{ type: "text", text: "Hi" }]);
    expect(finishReason).toBe("stop");
  });

  it("gives the input of the answer's tool as text", () => {
    const use = { toolUse: { toolUseId: "1", name: "answer_as_json", input: { a: 1 } } };
    const result = fromConverse(answerWith([use], "tool_use"), [], "tool");
    expect(result).toMatchObject({ content: [{ type: "text", text: '{"a":1}' }], finishReason: "stop" });
    expect(fromConverse(answerWith([use], "tool_use"), [], "format").finishReason).toBe("tool-calls");
  });

  it("names the request and the model that a prompt router chose", () => {
    const answer = {
      ...recorded.answer,
      $metadata: { requestId: "a-request" },
      trace: { promptRouter: { invokedModelId: "m" } },
    };
    expect(fromConverse(answer, [], "format").response).toEqual({ id: "a-request", model: "m" });
  });

  it("refuses what is no answer, naming the field", () => {
    for (const [answer, field] of [
      [null, "converse: null"],
      [{}, "output.message: missing"],
      [{ output: { message: {} } }, "output.message.content: missing"],
      [answerWith([{ toolUse: { toolUseId: "t", name: "n", input: [1] } }]), "tool call t"],
    ] as const) {
      expect(() => fromConverse(answer, [], "format")).toThrow(field);
    }
  });
});

describe("finishReasonOf", () => {
  it.each([
    ["end_turn", false, "stop"],
    ["end_turn", true, "tool-calls"],
    ["stop_sequence", false, "stop"],
    ["tool_use", true, "tool-calls"],
    ["tool_use", false, "stop"],
    ["max_tokens", true, "length"],
    ["model_context_window_exceeded", false, "length"],
    ["content_filtered", false, "content-filter"],
    ["guardrail_intervened", true, "content-filter"],
    ["malformed_model_output", false, "other"],
    [undefined, false, "other"],
  ] as const)("reads %s, calls %s, as %s", (raw, calls, expected) => {
    expect(finishReasonOf(raw, calls)).toBe(expected);
  });
});

describe("converseUsage", () => {
  it("adds what was read from the cache and written to it, for an hour too", () => {
    const raw = {
      inputTokens: 10,
      outputTokens: 5,
      cacheReadInputTokens: 100,
      cacheWriteInputTokens: 1000,
      cacheDetails: [
        { ttl: "1h", inputTokens: 600 },
        { ttl: "5m", inputTokens: 400 },
      ],
    };
    // 10 + 100 + 1000
    expect(converseUsage(raw)).toEqual({
      inputTokens: 1110,
      cachedInputTokens: 100,
      cacheWriteTokens: 400,
      cacheWriteHourTokens: 600,
      outputTokens: 5,
      raw,
    });
  });

  it("says nothing of what it was not told", () => {
    expect(converseUsage(undefined)).toBeUndefined();
    expect(converseUsage({ inputTokens: 3 })).toEqual({
      inputTokens: 3,
      outputTokens: undefined,
      raw: { inputTokens: 3 },
    });
    expect(converseUsage({})).toEqual({ inputTokens: undefined, outputTokens: undefined, raw: {} });
  });
});
