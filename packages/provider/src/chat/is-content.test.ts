import { expect, test } from "vitest";
import type { StreamPart } from "./chat-result.js";
import { isContent } from "./is-content.js";

const usage = { inputTokens: 1, outputTokens: 1 };

test.each<[StreamPart, boolean]>([
  [{ type: "start", warnings: [], response: {} }, false],
  [{ type: "logprobs", tokens: [] }, false],
  [{ type: "finish", finishReason: "stop", usage, warnings: [], response: {} }, false],
  [{ type: "text", text: "Hi" }, true],
  [{ type: "text", text: "" }, false],
  [{ type: "reasoning", text: "Hm" }, true],
  [{ type: "reasoning", text: "" }, false],
  [{ type: "reasoning", text: "", signature: "s" }, true],
  [{ type: "reasoning", text: "", redacted: true }, true],
  [{ type: "tool-call-start", id: "1", name: "f" }, true],
  [{ type: "tool-call-delta", id: "1", argumentsDelta: "" }, true],
  [{ type: "tool-call", id: "1", name: "f", arguments: "{}" }, true],
])("%o shows something of the answer: %s", (part, shown) => {
  expect(isContent(part)).toBe(shown);
});
