import { expect, test } from "vitest";
import { chatUsage } from "./chat-usage.js";

test.each<[string, object, object]>([
  [
    "OpenAI",
    {
      prompt_tokens: 10,
      completion_tokens: 8,
      total_tokens: 18,
      prompt_tokens_details: { cached_tokens: 4 },
      completion_tokens_details: { reasoning_tokens: 6 },
    },
    { inputTokens: 10, cachedInputTokens: 4, outputTokens: 8, reasoningTokens: 6 },
  ],
  [
    "DeepSeek, whose cache has names of its own",
    { prompt_tokens: 10, completion_tokens: 2, prompt_cache_hit_tokens: 6, prompt_cache_miss_tokens: 4 },
    { inputTokens: 10, cachedInputTokens: 6, outputTokens: 2 },
  ],
  [
    "xAI, whose reasoning is beside the completion: 10 + 2 + 30 = 42",
    { prompt_tokens: 10, completion_tokens: 2, total_tokens: 42, completion_tokens_details: { reasoning_tokens: 30 } },
    { inputTokens: 10, outputTokens: 32, reasoningTokens: 30 },
  ],
  [
    "xAI, with less reasoning than answer: 10 + 20 + 5 = 35",
    { prompt_tokens: 10, completion_tokens: 20, total_tokens: 35, completion_tokens_details: { reasoning_tokens: 5 } },
    { inputTokens: 10, outputTokens: 25, reasoningTokens: 5 },
  ],
  [
    "OpenRouter, which says the cost",
    {
      prompt_tokens: 1,
      completion_tokens: 2,
      cost: 0.000123,
      is_byok: false,
      cost_details: { upstream_inference_cost: 9 },
    },
    { inputTokens: 1, outputTokens: 2, reportedCostUsd: 0.000123 },
  ],
  [
    "OpenRouter with a key of one's own: its fee and the provider's price",
    { prompt_tokens: 1, completion_tokens: 2, cost: 0.5, is_byok: true, cost_details: { upstream_inference_cost: 9 } },
    { reportedCostUsd: 9.5 },
  ],
  [
    "vLLM",
    { prompt_tokens: 1, completion_tokens: 2, total_tokens: 3, prompt_tokens_details: null },
    { outputTokens: 2 },
  ],
  ["one that says little", { prompt_tokens: 1 }, { inputTokens: 1, outputTokens: undefined }],
  ["one that says nonsense", { prompt_tokens: -1, completion_tokens: "2" }, { inputTokens: undefined }],
])("usage of %s", (_, wire, usage) => {
  expect(chatUsage(wire)).toMatchObject({ ...usage, raw: wire });
});

test("a cost of which a part is not known is not known", () => {
  expect(chatUsage({ cost: 0.5, is_byok: true, cost_details: null })).not.toHaveProperty("reportedCostUsd");
});

test.each([undefined, null, [], "7"])("%j is no usage", (value) => {
  expect(chatUsage(value)).toBeUndefined();
});
