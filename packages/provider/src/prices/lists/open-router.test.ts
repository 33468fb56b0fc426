import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { pricesFromOpenRouter } from "./open-router.js";

const json: unknown = JSON.parse(readFileSync(new URL("./__fixtures__/open-router.json", import.meta.url), "utf8"));
const options = { asOf: "2026-10-09" };
const list = pricesFromOpenRouter(json, options);
const find = (model: string) => list.models.find((entry) => entry.model === model);
const source = "https://openrouter.ai/api/v1/models";

describe("OpenRouter's list", () => {
  test("is read from USD per token as text to USD per million, with what the model can do", () => {
    expect(find("anthropic/claude-sonnet-5")).toEqual({
      provider: "openrouter",
      model: "anthropic/claude-sonnet-5",
      kind: "chat",
      prices: {
        inputUsdPerMillionTokens: 2,
        outputUsdPerMillionTokens: 10,
        cachedInputUsdPerMillionTokens: 0.2,
        cacheWriteUsdPerMillionTokens: 2.5,
        cacheWriteHourUsdPerMillionTokens: 4,
        source,
        asOf: "2026-10-09",
      },
      capabilities: {
        contextTokens: 1_000_000,
        maxOutputTokens: 128_000,
        tools: true,
        vision: true,
        jsonMode: true,
        reasoning: true,
        promptCache: true,
      },
    });
  });

  test("has other prices from a length of the prompt on, which counts as long itself", () => {
    expect(find("google/gemini-2.5-pro")!.prices).toEqual({
      inputUsdPerMillionTokens: 1.25,
      outputUsdPerMillionTokens: 10,
      cachedInputUsdPerMillionTokens: 0.125,
      cacheWriteUsdPerMillionTokens: 0.375,
      reasoningUsdPerMillionTokens: 10,
      longInput: [
        {
          aboveInputTokens: 199_999,
          inputUsdPerMillionTokens: 2.5,
          outputUsdPerMillionTokens: 15,
          // what the override leaves out costs what it costs below
          cachedInputUsdPerMillionTokens: 0.125,
          cacheWriteUsdPerMillionTokens: 0.375,
          reasoningUsdPerMillionTokens: 10,
        },
      ],
      source,
      asOf: "2026-10-09",
    });
  });

  test("has other prices at some hours, which are left out", () => {
    expect(find("deepseek/deepseek-v4-pro")!.prices).toEqual({
      inputUsdPerMillionTokens: 1.32,
      outputUsdPerMillionTokens: 3.96,
      cachedInputUsdPerMillionTokens: 0.044,
      source,
      asOf: "2026-10-09",
    });
  });

  test("writes 0 for reasoning that costs what other output costs, and for requests that cost nothing", () => {
    const { prices } = find("openai/gpt-4o")!;
    expect(prices).not.toHaveProperty("reasoningUsdPerMillionTokens");
    expect(prices).not.toHaveProperty("requestUsd");
    expect(find("perplexity/llama-3.1-sonar-large-128k-online")!.prices.requestUsd).toBe(0.005);
  });

  test("has models that say that they are free", () => {
    expect(find("meta-llama/llama-3.3-70b-instruct:free")!.prices).toMatchObject({
      inputUsdPerMillionTokens: 0,
      outputUsdPerMillionTokens: 0,
    });
  });

  test("knows embedding models", () => {
    expect(find("openai/text-embedding-3-small")).toMatchObject({
      kind: "embedding",
      prices: { inputUsdPerMillionTokens: 0.02 },
    });
  });

  test("has entries that are rejected, each with its reason", () => {
    expect(list.rejected).toEqual([
      { id: "stealth/ox-alpha", reason: "priced 0 without being free" },
      { id: "openrouter/auto", reason: "its price varies" },
      { id: "black-forest-labs/flux.2-pro", reason: "gives image" },
      { id: "vendor/no-pricing", reason: "no pricing" },
    ]);
  });

  const pricing = { prompt: "0.000001", completion: "0.000002" };
  test.each<[string, string, unknown]>([
    ["no id", "data[0]", { pricing }],
    ["no object", "data[0]", null],
    ["no object", "data[0]", "openai/gpt-5.4"],
    ["no pricing", "bad", { id: "bad", pricing: "n/a" }],
    ["no price of prompt or completion", "bad", { id: "bad", pricing: { prompt: "0.1", completion: null } }],
    ["no price of prompt or completion", "bad", { id: "bad", pricing: { prompt: "", completion: "0.1" } }],
    ["no decimal number: soon", "bad", { id: "bad", pricing: { ...pricing, completion: "soon" } }],
    [
      "prices.inputUsdPerMillionTokens: Infinity, expected USD, at least 0",
      "bad",
      { id: "bad", pricing: { ...pricing, prompt: "1e999" } },
    ],
    [
      "prices.cacheWriteUsdPerMillionTokens: -1000000, expected USD, at least 0",
      "bad",
      { id: "bad", pricing: { ...pricing, input_cache_write: "-1" } },
    ],
  ])("has its bad entries rejected alone: %s", (reason, id, bad) => {
    const { models, rejected } = pricesFromOpenRouter({ data: [bad, { id: "good", pricing }] }, options);
    expect(models.map(({ model }) => model)).toEqual(["good"]);
    expect(rejected).toEqual([{ id, reason }]);
  });

  test("orders overrides by their length, each over the one below", () => {
    const overrides = [
      { min_prompt_tokens: 500_001, completion: "0.000008" },
      { min_prompt_tokens: 200_001, prompt: "0.000003" },
      { min_prompt_tokens: 10, utc_start: 800, prompt: "9" },
      { prompt: "9" },
    ];
    const { models } = pricesFromOpenRouter({ data: [{ id: "a", pricing: { ...pricing, overrides } }] }, options);
    expect(models[0].prices.longInput).toEqual([
      { aboveInputTokens: 200_000, inputUsdPerMillionTokens: 3, outputUsdPerMillionTokens: 2 },
      { aboveInputTokens: 500_000, inputUsdPerMillionTokens: 3, outputUsdPerMillionTokens: 8 },
    ]);
  });

  test.each([
    [null, "pricesFromOpenRouter: json: null, expected an object"],
    [[], "pricesFromOpenRouter: json: a list, expected an object"],
    [{ error: { message: "No auth" } }, "pricesFromOpenRouter: json.data: undefined, expected a list of models"],
    [{ data: {} }, "pricesFromOpenRouter: json.data: an object, expected a list of models"],
  ])("is refused where it is none: %o", (bad, message) => {
    expect(() => pricesFromOpenRouter(bad, options)).toThrow(message);
  });
});
