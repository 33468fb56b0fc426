import { expect, test } from "vitest";
import { mergedUsage, messageUsage } from "./message-usage.js";

test.each<[object, object]>([
  [
    { input_tokens: 5, output_tokens: 2 },
    { inputTokens: 5, outputTokens: 2 },
  ],
  [
    { input_tokens: 5, cache_read_input_tokens: 10, cache_creation_input_tokens: 20, output_tokens: 2 },
    { inputTokens: 35, cachedInputTokens: 10, cacheWriteTokens: 20, outputTokens: 2 },
  ],
  [
    {
      input_tokens: 5,
      cache_creation_input_tokens: 20,
      cache_creation: { ephemeral_1h_input_tokens: 20 },
      output_tokens: 2,
    },
    { inputTokens: 25, cacheWriteTokens: 0, cacheWriteHourTokens: 20, outputTokens: 2 },
  ],
  // the parts are never more than the whole
  [
    {
      input_tokens: 5,
      cache_creation_input_tokens: 10,
      cache_creation: { ephemeral_1h_input_tokens: 20 },
      output_tokens: 2,
    },
    { inputTokens: 25, cacheWriteTokens: 0, cacheWriteHourTokens: 20, outputTokens: 2 },
  ],
  [
    { input_tokens: 5, cache_read_input_tokens: null, output_tokens: 9, output_tokens_details: { thinking_tokens: 4 } },
    { inputTokens: 5, outputTokens: 9, reasoningTokens: 4 },
  ],
  [
    { input_tokens: "5", output_tokens: -1 },
    { inputTokens: undefined, outputTokens: undefined },
  ],
])("%o", (wire, usage) => {
  const { raw, ...counted } = messageUsage(wire) ?? {};
  expect(counted).toEqual(usage);
  expect(raw).toBe(wire);
});

test("what is no usage is none", () => {
  expect(messageUsage(undefined)).toBeUndefined();
  expect(messageUsage([])).toBeUndefined();
});

test("the end of a stream goes over its start, where it says something", () => {
  const begun = { input_tokens: 43, output_tokens: 1, cache_creation: { ephemeral_1h_input_tokens: 3 } };
  expect(mergedUsage(begun, { input_tokens: 61, output_tokens: 2, cache_creation: null })).toEqual({
    input_tokens: 61,
    output_tokens: 2,
    cache_creation: { ephemeral_1h_input_tokens: 3 },
  });
  expect(mergedUsage(undefined, undefined)).toEqual({});
});
