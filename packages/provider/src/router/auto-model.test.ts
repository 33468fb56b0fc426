import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ProviderError } from "../errors/provider-error.js";
import { parseAutoModel } from "./auto-model.js";

describe("a model name", () => {
  test.each([
    ["auto", {}],
    ["onehead", {}],
    ["onehead/auto", {}],
    ["auto:0.01", { willingnessToPayUsd: 0.01 }],
    ["onehead/auto:0.01", { willingnessToPayUsd: 0.01 }],
    ["auto:.5", { willingnessToPayUsd: 0.5 }],
    ["auto:2", { willingnessToPayUsd: 2 }],
    ["auto:1e-3", { willingnessToPayUsd: 0.001 }],
    ["auto:1E+2", { willingnessToPayUsd: 100 }],
    ["auto:inf", { willingnessToPayUsd: Number.POSITIVE_INFINITY }],
    // RouteLLM: the strong model is taken from its threshold on, so that 0 always takes it
    ["router-mf-0", { costQuality: 10 }],
    ["router-mf-1", { costQuality: 0 }],
    ["router-mf-0.25", { costQuality: 7.5 }],
    ["router-sw_ranking-.5", { costQuality: 5 }],
    ["router-bert-0.11593", { costQuality: 10 * (1 - 0.11593) }],
  ])("%s asks the router for %o", (name, preference) => {
    expect(parseAutoModel(name)).toEqual(preference);
  });

  test.each([
    "gpt-5.4",
    "openai/gpt-5.4",
    "openrouter/auto",
    "Auto",
    "auto ",
    "automatic",
    "onehead:0.01",
    "",
    "router-mf",
    "router-mf-strong",
    "router-mf-0.5-preview",
    "my-router-mf-0.5",
  ])("%j is the name of a model", (name) => {
    expect(parseAutoModel(name)).toBeNull();
  });

  test.each([
    "auto:",
    "auto:0",
    "auto:0.0",
    "auto:-1",
    "auto:free",
    "auto:Infinity",
    "auto:NaN",
    "auto:1e999",
    "auto:0x10",
    "auto:1,5",
    "auto: 1",
    "auto:1\n",
    "onehead/auto:",
    "router-mf-1.5",
    "router-mf-2",
  ])("%j asks for what cannot be", (name) => {
    let error: unknown;
    try {
      parseAutoModel(name);
    } catch (thrown) {
      error = thrown;
    }
    expect(ProviderError.isInstance(error) && error.code).toBe("invalid-argument");
    expect(String(error)).toContain(`model: ${name}, expected `);
  });
});

test("any amount above 0 is read as it is written", () => {
  fc.assert(
    fc.property(fc.double({ min: 1e-9, max: 1e9, noNaN: true }), (amount) => {
      expect(parseAutoModel(`auto:${amount}`)).toEqual({ willingnessToPayUsd: amount });
    }),
  );
});

test("a message holds no more of a name than its beginning", () => {
  expect(() => parseAutoModel(`auto:${"x".repeat(1000)}`)).toThrow(/^model: auto:x{35}, expected/);
});

test("a long name takes time in proportion to its length", () => {
  // in proportion to its square it would be half an hour
  expect(() => parseAutoModel(`auto:${"1".repeat(1_000_000)}x`)).toThrow("expected auto:<USD>");
});
