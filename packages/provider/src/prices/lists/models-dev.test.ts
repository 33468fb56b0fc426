import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { pricesFromModelsDev } from "./models-dev.js";

const json: unknown = JSON.parse(readFileSync(new URL("./__fixtures__/models-dev.json", import.meta.url), "utf8"));
const options = { asOf: "2026-10-09" };
const list = pricesFromModelsDev(json, options);
const find = (model: string) => list.models.find((entry) => entry.model === model);
const source = "https://models.dev/api.json";

describe("the list of models.dev", () => {
  test("is read with its prices per million, and what the model can do", () => {
    expect(find("claude-sonnet-4-20250514")).toEqual({
      provider: "anthropic",
      model: "claude-sonnet-4-20250514",
      kind: "chat",
      prices: {
        inputUsdPerMillionTokens: 3,
        outputUsdPerMillionTokens: 15,
        cachedInputUsdPerMillionTokens: 0.3,
        cacheWriteUsdPerMillionTokens: 3.75,
        source,
        asOf: "2026-10-09",
      },
      // the entry does not say whether it can keep a schema
      capabilities: {
        contextTokens: 200_000,
        maxOutputTokens: 64_000,
        tools: true,
        vision: true,
        reasoning: true,
        promptCache: true,
      },
    });
  });

  test("names the limit of long input in tiers, which go before the field of 200k", () => {
    expect(find("gpt-5.4")!.prices.longInput).toEqual([
      {
        aboveInputTokens: 272_000,
        inputUsdPerMillionTokens: 5,
        outputUsdPerMillionTokens: 22.5,
        cachedInputUsdPerMillionTokens: 0.25,
      },
    ]);
    expect(find("claude-haiku-5-5")!.prices.longInput).toMatchObject([
      { aboveInputTokens: 100_000, inputUsdPerMillionTokens: 0.5, cacheWriteUsdPerMillionTokens: 0.625 },
    ]);
  });

  test("has long input above 200k where there are no tiers", () => {
    expect(find("qwen3.6-plus")!.prices.longInput).toEqual([
      {
        aboveInputTokens: 200_000,
        inputUsdPerMillionTokens: 2,
        outputUsdPerMillionTokens: 6,
        cachedInputUsdPerMillionTokens: 0.05,
        cacheWriteUsdPerMillionTokens: 0.625,
      },
    ]);
  });

  test("keeps slashes in the names of models", () => {
    expect(find("deepseek/deepseek-r1:free")).toMatchObject({
      provider: "openrouter",
      prices: { inputUsdPerMillionTokens: 0 },
    });
  });

  test("tells embedding models by their names", () => {
    expect(find("qwen/qwen3-embedding-4b")).toMatchObject({ kind: "embedding" });
  });

  test("writes a write of 0 for no surcharge: it costs what other input costs", () => {
    expect(find("glm-4.5")!.prices).not.toHaveProperty("cacheWriteUsdPerMillionTokens");
  });

  test("has entries that are rejected, each with its reason", () => {
    expect(list.rejected).toEqual([
      { id: "zai/glm-4.5-flash", reason: "priced 0 without being free" },
      { id: "github-copilot/gpt-4o", reason: "no cost" },
      { id: "cloudflare-workers-ai/whisper", reason: "takes audio" },
      { id: "cloudflare-workers-ai/flux-1-schnell", reason: "gives image" },
    ]);
  });

  const good = { cost: { input: 1, output: 2 } };
  test.each<[string, unknown]>([
    ["no object", null],
    ["no cost", { cost: null }],
    ["no cost of input or output", { cost: { input: 1 } }],
    ["no decimal number: free", { cost: { input: "free", output: 2 } }],
    ["no decimal number: boolean", { cost: { input: true, output: 2 } }],
    ["prices.outputUsdPerMillionTokens: -2, expected USD, at least 0", { cost: { input: 1, output: -2 } }],
    [
      "prices.longInput[0].aboveInputTokens: -1, expected a whole number",
      { cost: { ...good.cost, tiers: [{ input: 2, tier: { type: "context", size: -1 } }] } },
    ],
  ])("has its bad entries rejected alone: %s", (reason, bad) => {
    const { models, rejected } = pricesFromModelsDev({ a: { models: { bad, good } } }, options);
    expect(models.map(({ model }) => model)).toEqual(["good"]);
    expect(rejected).toEqual([{ id: "a/bad", reason }]);
  });

  test("takes a field that is null for one that is missing", () => {
    const { models } = pricesFromModelsDev(
      { a: { models: { b: { cost: { ...good.cost, cache_read: null } } } } },
      options,
    );
    expect(models[0].prices).not.toHaveProperty("cachedInputUsdPerMillionTokens");
  });

  test("has tiers of other kinds than the length of the context, which are left out", () => {
    const tiers = [{ input: 9, output: 9, tier: { type: "time", size: 8 } }, null, { input: 9 }];
    const { models } = pricesFromModelsDev({ a: { models: { b: { cost: { ...good.cost, tiers } } } } }, options);
    expect(models[0].prices).not.toHaveProperty("longInput");
  });

  test("rejects a provider without models, and keeps the others", () => {
    const { models, rejected } = pricesFromModelsDev({ a: {}, b: "?", c: { models: { good } } }, options);
    expect(models).toHaveLength(1);
    expect(rejected).toEqual([
      { id: "a", reason: "no object" },
      { id: "b", reason: "no object" },
    ]);
  });
});
