import { expect, test } from "vitest";
import recorded from "../__fixtures__/messages.json" with { type: "json" };
import { fromMessage } from "./from-message.js";

test("an answer is its blocks in their order", () => {
  const { usage, ...result } = fromMessage(recorded.answer, []);
  expect(result).toEqual({
    content: [
      { type: "reasoning", text: recorded.answer.content[0].thinking, signature: recorded.answer.content[0].signature },
      { type: "text", text: "Grüße, 世界 🌍!" },
    ],
    finishReason: "stop",
    rawFinishReason: "end_turn",
    warnings: [],
    response: { id: "msg_01XFDUDYJgAACzvnptvVoYEL", model: "claude-sonnet-5" },
  });
  expect(usage.inputTokens).toBe(1519);
});

test("without usage nobody knows what it costs, and without an id a call is given one", () => {
  const { usage: _, ...rest } = recorded.answer;
  const { content, usage } = fromMessage({ ...rest, content: [{ type: "tool_use", name: "f" }, "odd"] }, []);
  expect(usage).toEqual({ inputTokens: undefined, outputTokens: undefined });
  expect(content).toEqual([{ type: "tool-call", id: expect.stringMatching(/^call_/), name: "f", arguments: "{}" }]);
});

test.each<[unknown, string]>([
  ["<html>", "message: string, expected an object"],
  [recorded.error, "message: content: missing, expected a list"],
  [{ content: [{ type: "tool_use", id: "1", input: {} }] }, "message: content[0].name: missing, expected text"],
  [
    { content: [{ type: "tool_use", id: "1", name: "f", input: [1] }] },
    "tool call 1: arguments that are no JSON object",
  ],
])("%o is none", (json, message) => {
  expect(() => fromMessage(json, [])).toThrow(message);
});
