import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ProviderError } from "../../errors/provider-error.js";
import { costOfCall } from "../call-cost.js";
import { PriceBook } from "../price-book.js";
import { pricesFromLiteLlm } from "./lite-llm.js";
import { pricesFromModelsDev } from "./models-dev.js";
import { pricesFromOpenRouter } from "./open-router.js";

const asOf = "2026-10-09";
const price = fc.oneof(
  fc.double(),
  fc.integer({ min: -2, max: 2 }),
  fc.constantFrom<unknown>("0", "1e-6", "-1", "", "free", null, undefined, true, [1], {}),
);
const word = fc.constantFrom<unknown>("a", "chat", "embedding", "text", "", null, 7);

// entries with the right names and any kind of value; what is wrapped around them differs by list
const importers = [
  {
    name: "LiteLLM",
    read: pricesFromLiteLlm,
    fixture: "lite-llm.json",
    wrap: (id: string, entry: unknown) => ({ [id]: entry }),
    entry: fc.record(
      {
        litellm_provider: word,
        mode: word,
        input_cost_per_token: price,
        output_cost_per_token: price,
        input_cost_per_token_above_128k_tokens: price,
        cache_read_input_token_cost: price,
        input_cost_per_request: price,
        tiered_pricing: fc.oneof(price, fc.array(fc.record({ range: fc.array(price), input_cost_per_token: price }))),
      },
      { requiredKeys: [] },
    ),
    free: { litellm_provider: "a", mode: "chat", input_cost_per_token: 0, output_cost_per_token: 0 },
  },
  {
    name: "OpenRouter",
    read: pricesFromOpenRouter,
    fixture: "open-router.json",
    wrap: (id: string, entry: unknown) => ({
      data: [typeof entry === "object" && entry !== null ? { id, ...entry } : entry],
    }),
    entry: fc.record(
      {
        pricing: fc.oneof(
          price,
          fc.record({
            prompt: price,
            completion: price,
            request: price,
            overrides: fc.oneof(price, fc.array(fc.record({ min_prompt_tokens: price, prompt: price }))),
          }),
        ),
        architecture: fc.oneof(price, fc.record({ input_modalities: price, output_modalities: fc.array(word) })),
        context_length: price,
      },
      { requiredKeys: [] },
    ),
    free: { pricing: { prompt: "0", completion: "0" } },
  },
  {
    name: "models.dev",
    read: pricesFromModelsDev,
    fixture: "models-dev.json",
    wrap: (id: string, entry: unknown) => ({ a: { models: { [id]: entry } } }),
    entry: fc.record(
      {
        cost: fc.oneof(
          price,
          fc.record({
            input: price,
            output: price,
            context_over_200k: fc.oneof(price, fc.record({ input: price })),
            tiers: fc.oneof(price, fc.array(fc.record({ input: price, tier: fc.record({ type: word, size: price }) }))),
          }),
        ),
        modalities: fc.oneof(price, fc.record({ input: fc.array(word), output: price })),
      },
      { requiredKeys: [] },
    ),
    free: { cost: { input: 0, output: 0 } },
  },
];

describe.each(importers)("the list of $name", ({ read, fixture, wrap, entry, free }) => {
  test("makes a book, and each of its models has a cost", () => {
    const text = readFileSync(new URL(`./__fixtures__/${fixture}`, import.meta.url), "utf8");
    const { models } = read(JSON.parse(text), { asOf });
    const book = new PriceBook(models);
    expect(book.models.length).toBeGreaterThan(3);
    for (const { prices } of models) {
      const { usd, basis } = costOfCall({ inputTokens: 300_000, outputTokens: 100 }, prices);
      expect(basis).toBe("computed");
      expect(usd).toBeGreaterThanOrEqual(0);
    }
  });

  test("throws for no entry: each is either a model that a book takes or rejected with a reason", () => {
    fc.assert(
      fc.property(fc.oneof(entry, fc.constantFrom(null, [], "text", 1)), (fields) => {
        const { models, rejected } = read(wrap("m", fields), { asOf });
        expect(models.length + rejected.length).toBe(1);
        for (const { reason } of rejected) expect(reason).not.toBe("");
        expect(new PriceBook(models).models).toEqual(models);
      }),
    );
  });

  test("leaves out what has no name", () => {
    const { models, rejected } = read(wrap("", free), { asOf, isFree: () => true });
    expect(models).toEqual([]);
    expect(rejected).toMatchObject([{ reason: expect.stringMatching(/name|no id/) }]);
  });

  test("takes a price of 0 as meant only where the name says free or the caller does", () => {
    expect(read(wrap("m", free), { asOf }).rejected).toMatchObject([{ reason: "priced 0 without being free" }]);
    expect(read(wrap("m:free", free), { asOf }).models).toHaveLength(1);
    expect(read(wrap("m-free", free), { asOf }).models).toHaveLength(1);
    expect(read(wrap("freedom", free), { asOf }).models).toHaveLength(0);
    const seen: string[] = [];
    const isFree = (provider: string, model: string): boolean => seen.push(`${provider} ${model}`) > 0;
    expect(read(wrap("m", free), { asOf, isFree }).models).toHaveLength(1);
    expect(seen).toEqual([expect.stringMatching(/^\S+ m$/)]);
  });

  test("has its day and source from the options", () => {
    const isFree = () => true;
    const { models } = read(wrap("m", free), { asOf, source: "a copy", isFree });
    expect(models[0].prices).toMatchObject({ asOf, source: "a copy" });
  });

  test.each(["", "yesterday", "2026-13-01", "2026-02-29", "2026-1-1", undefined])("needs a day: %s is none", (bad) => {
    let error: unknown;
    try {
      read(wrap("m", free), { asOf: bad as string });
    } catch (thrown) {
      error = thrown;
    }
    expect(ProviderError.isInstance(error) && error.code).toBe("invalid-argument");
    expect(String(error)).toMatch(/asOf: .*, expected a day as YYYY-MM-DD/);
  });

  test.each([null, undefined, "{}", [], 3])("is an object: %s is none", (bad) => {
    expect(() => read(bad, { asOf })).toThrow("expected an object");
  });
});

test("a longer input for 0 is a price that is not known: it costs what it costs below", () => {
  const cost = { input: 1, output: 2, cache_read: 0.1, context_over_200k: { input: 0, output: 0, cache_read: 0 } };
  const modelsDev = pricesFromModelsDev({ openai: { models: { a: { cost } } } }, { asOf });
  const entry = {
    litellm_provider: "openai",
    mode: "chat",
    input_cost_per_token: 1e-6,
    output_cost_per_token: 2e-6,
    input_cost_per_token_above_200k_tokens: 0,
    output_cost_per_token_above_200k_tokens: 3e-6,
  };
  const liteLlm = pricesFromLiteLlm({ a: entry }, { asOf });
  const usage = { inputTokens: 1_000_000, outputTokens: 1_000_000 };
  expect(costOfCall(usage, modelsDev.models[0].prices).usd).toBe(3);
  expect(costOfCall(usage, liteLlm.models[0].prices).usd).toBe(4);
});
