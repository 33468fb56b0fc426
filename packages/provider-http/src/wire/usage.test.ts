import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { consistentUsage } from "./usage.js";

describe("usage", () => {
  test("whose parts fit is left as it is, without what is undefined", () => {
    const usage = { inputTokens: 10, cachedInputTokens: 4, cacheWriteTokens: 6, outputTokens: 5, reasoningTokens: 5 };
    expect(consistentUsage({ ...usage, reportedCostUsd: undefined })).toEqual(usage);
    expect(consistentUsage({ ...usage, reportedCostUsd: undefined })).not.toHaveProperty("reportedCostUsd");
  });

  test("without cached tokens in the input has them added", () => {
    // 3 + 10 + 2 + 1
    const parts = { cachedInputTokens: 10, cacheWriteTokens: 2, cacheWriteHourTokens: 1 };
    expect(consistentUsage({ inputTokens: 3, outputTokens: 0, ...parts })).toMatchObject({ inputTokens: 16, ...parts });
  });

  test("without reasoning in the output has it added", () => {
    expect(consistentUsage({ inputTokens: 1, outputTokens: 2, reasoningTokens: 5 }).outputTokens).toBe(7);
  });

  test("that is not known stays so", () => {
    const unknown = { inputTokens: undefined, outputTokens: undefined };
    expect(consistentUsage({ ...unknown, cachedInputTokens: 3, reasoningTokens: 2 })).toEqual({
      ...unknown,
      cachedInputTokens: 3,
      reasoningTokens: 2,
    });
  });

  test("is consistent then: again nothing changes, and no part is more than its whole", () => {
    const count = fc.option(fc.nat(1000), { nil: undefined });
    const any = fc.record({
      inputTokens: count,
      outputTokens: count,
      cachedInputTokens: count,
      cacheWriteTokens: count,
      cacheWriteHourTokens: count,
      reasoningTokens: count,
    });
    fc.assert(
      fc.property(any, (given) => {
        const usage = consistentUsage(given);
        expect(consistentUsage(usage)).toEqual(usage);
        const { inputTokens, cachedInputTokens = 0, cacheWriteTokens = 0, cacheWriteHourTokens = 0 } = usage;
        if (inputTokens !== undefined) {
          expect(cachedInputTokens + cacheWriteTokens + cacheWriteHourTokens).toBeLessThanOrEqual(inputTokens);
        }
      }),
    );
  });
});
