import { expect, test } from "vitest";
import { usageOfCounts } from "./usage-of-counts.js";

test("counts become usage, and parts that do not fit into their whole are left out", () => {
  expect(usageOfCounts({ input: 10, cached: 4, written: 6, output: 5, reasoning: 5 })).toEqual({
    inputTokens: 10,
    cachedInputTokens: 4,
    cacheWriteTokens: 6,
    outputTokens: 5,
    reasoningTokens: 5,
  });
  expect(usageOfCounts({ input: 10, cached: 4, written: 7, output: 5, reasoning: 6 })).toEqual({
    inputTokens: 10,
    outputTokens: 5,
  });
});

test("what is no count is not known, and without any whole there is no usage", () => {
  expect(usageOfCounts({ input: -1, output: 3 })).toEqual({ inputTokens: undefined, outputTokens: 3 });
  expect(usageOfCounts({ input: Number.NaN, output: "3" })).toBeUndefined();
});
