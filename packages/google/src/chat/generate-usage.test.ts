import { expect, test } from "vitest";
import { generateUsage } from "./generate-usage.js";

test.each([
  [
    "thoughts are counted beside the candidates, results of tools beside the prompt",
    { promptTokenCount: 100, toolUsePromptTokenCount: 20, candidatesTokenCount: 5, thoughtsTokenCount: 7 },
    { inputTokens: 120, outputTokens: 12, reasoningTokens: 7 },
  ],
  [
    "cached tokens are part of the prompt",
    { promptTokenCount: 100, cachedContentTokenCount: 90, candidatesTokenCount: 5, totalTokenCount: 105 },
    { inputTokens: 100, cachedInputTokens: 90, outputTokens: 5 },
  ],
  [
    "an answer cut off while it was thought of has thoughts alone",
    { promptTokenCount: 10, thoughtsTokenCount: 50, totalTokenCount: 60 },
    { inputTokens: 10, outputTokens: 50, reasoningTokens: 50 },
  ],
  ["no answer costs nothing", { promptTokenCount: 43, totalTokenCount: 43 }, { inputTokens: 43, outputTokens: 0 }],
  ["what is not said is not known", { promptTokenCount: 43 }, { inputTokens: 43, outputTokens: undefined }],
  ["counts that are none", { promptTokenCount: "43" }, { inputTokens: undefined, outputTokens: undefined }],
])("%s", (_, raw, expected) => {
  expect(generateUsage(raw)).toEqual({ ...expected, raw });
});

test("no usage is undefined", () => {
  expect(generateUsage(undefined)).toBeUndefined();
  expect(generateUsage(null)).toBeUndefined();
});
