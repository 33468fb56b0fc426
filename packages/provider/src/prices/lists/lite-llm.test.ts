import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { pricesFromLiteLlm } from "./lite-llm.js";

const json: unknown = JSON.parse(readFileSync(new URL("./__fixtures__/lite-llm.json", import.meta.url), "utf8"));
const options = { asOf: "2026-11-26" };
const list = pricesFromLiteLlm(json, options);
const home = "https://github.com/BerriAI/litellm/blob/main/model_prices_and_context_window.json";

const find = (model: string) => list.models.find((entry) => entry.model === model);
const entryOf = (fields: object) => pricesFromLiteLlm({ "a/model": fields }, options);
const chat = { litellm_provider: "a", mode: "chat", input_cost_per_token: 1e-6, output_cost_per_token: 2e-6 };

describe("LiteLLM's price file", () => {
  test("is read from USD per token to USD per million, with what the model can do", () => {
    expect(find("claude-sonnet-4-5")).toEqual({
      provider: "anthropic",
      model: "claude-sonnet-4-5",
      kind: "chat",
      prices: {
        inputUsdPerMillionTokens: 3,
        outputUsdPerMillionTokens: 15,
        cachedInputUsdPerMillionTokens: 0.3,
        cacheWriteUsdPerMillionTokens: 3.75,
        cacheWriteHourUsdPerMillionTokens: 6,
        source: home,
        asOf: "2026-11-26",
      },
      capabilities: {
        contextTokens: 200_000,
        maxOutputTokens: 64_000,
        tools: true,
        vision: true,
        jsonMode: true,
        reasoning: true,
        promptCache: true,
      },
    });
  });

  test("has the prices of long input in its field names, and none of batches or priority", () => {
    expect(find("gpt-5.4")!.prices).toEqual({
      inputUsdPerMillionTokens: 2.5,
      outputUsdPerMillionTokens: 15,
      cachedInputUsdPerMillionTokens: 0.25,
      longInput: [
        {
          aboveInputTokens: 272_000,
          inputUsdPerMillionTokens: 5,
          outputUsdPerMillionTokens: 22.5,
          cachedInputUsdPerMillionTokens: 0.5,
        },
      ],
      source: home,
      asOf: "2026-11-26",
    });
    // writes for an hour have a tier too
    expect(find("claude-haiku-5-5")!.prices.longInput).toEqual([
      {
        aboveInputTokens: 100_000,
        inputUsdPerMillionTokens: 0.5,
        outputUsdPerMillionTokens: 2.5,
        cachedInputUsdPerMillionTokens: 0.05,
        cacheWriteUsdPerMillionTokens: 0.625,
        cacheWriteHourUsdPerMillionTokens: 1,
      },
    ]);
  });

  test("has other prices of long input as ranges, whose first is the price itself", () => {
    expect(find("qwen-plus-latest")!.prices).toEqual({
      inputUsdPerMillionTokens: 0.4,
      outputUsdPerMillionTokens: 1.2,
      reasoningUsdPerMillionTokens: 4,
      longInput: [
        {
          aboveInputTokens: 256_000,
          inputUsdPerMillionTokens: 1.2,
          outputUsdPerMillionTokens: 3.6,
          reasoningUsdPerMillionTokens: 12,
        },
      ],
      source: home,
      asOf: "2026-11-26",
    });
    // with prices of its own beside the ranges
    expect(find("grok-4.7")!.prices).toMatchObject({
      inputUsdPerMillionTokens: 2,
      longInput: [{ aboveInputTokens: 200_000, inputUsdPerMillionTokens: 4, cachedInputUsdPerMillionTokens: 1 }],
    });
  });

  test.each([
    ["mistral-medium-3", "vertex_ai-mistral_models"],
    ["qwen-plus-latest", "dashscope"],
    ["gpt-5.4", "openai"],
    ["llama3.1", "ollama"],
  ])("names %s of %s without the provider before the slash", (model, provider) => {
    expect(find(model)).toMatchObject({ provider });
  });

  test("keeps the price of a request beside an input that is free", () => {
    expect(find("sonar-medium-online")!.prices).toMatchObject({
      requestUsd: 0.005,
      inputUsdPerMillionTokens: 0,
      outputUsdPerMillionTokens: 1.8,
    });
  });

  test("knows embedding models, whose output costs nothing", () => {
    expect(find("text-embedding-3-small")).toMatchObject({
      kind: "embedding",
      prices: { inputUsdPerMillionTokens: 0.02, outputUsdPerMillionTokens: 0 },
    });
    const { output_cost_per_token: _, ...withoutOutput } = { ...chat, mode: "embedding" };
    expect(entryOf(withoutOutput).models).toMatchObject([{ prices: { outputUsdPerMillionTokens: 0 } }]);
  });

  test("writes a write of 0 for no surcharge: it costs what other input costs", () => {
    expect(find("glm-4.7")!.prices).toEqual({
      inputUsdPerMillionTokens: 0.6,
      outputUsdPerMillionTokens: 2.2,
      cachedInputUsdPerMillionTokens: 0.11,
      source: home,
      asOf: "2026-11-26",
    });
  });

  test("has entries that are rejected, each with its reason; the sample is none", () => {
    expect(list.rejected).toEqual([
      { id: "claude-opus-latest", reason: "LiteLLM's own name of claude-opus-5-5" },
      { id: "zai/glm-4.5-flash", reason: "priced 0 without being free" },
      { id: "twelvelabs.marengo-embed-2-7-v1:0", reason: "no price of input or output tokens" },
      // its input is the router's own fee, and the 0 of its output is the model's price, which is not known
      { id: "azure/model-router", reason: "priced 0 without being free" },
      { id: "ollama/gpt-oss:120b-cloud", reason: "priced 0 without being free" },
      {
        id: "bedrock/us-east-1/1-month-commitment/anthropic.claude-v1",
        reason: "no price of input or output tokens",
      },
      { id: "1024-x-1024/50-steps/bedrock/amazon.nova-canvas-v1:0", reason: "mode image_generation" },
    ]);
  });

  test("may have numbers as text, and null where nothing is known", () => {
    const text = { ...chat, input_cost_per_token: "1.5e-07", cache_read_input_token_cost: null };
    const [{ prices }] = entryOf(text).models;
    expect(prices.inputUsdPerMillionTokens).toBe(0.15);
    expect(prices).not.toHaveProperty("cachedInputUsdPerMillionTokens");
  });

  test.each([
    ["no litellm_provider", { mode: "chat" }],
    ["mode undefined", { litellm_provider: "a" }],
    ["no price of input or output tokens", { ...chat, output_cost_per_token: undefined }],
    ["no decimal number: cheap", { ...chat, input_cost_per_token: "cheap" }],
    ["no decimal number: boolean", { ...chat, input_cost_per_token: true }],
    ["no decimal number: object", { ...chat, input_cost_per_token: [1e-6] }],
    ["prices.outputUsdPerMillionTokens: -2, expected USD, at least 0", { ...chat, output_cost_per_token: -2e-6 }],
    ["prices.requestUsd: -1, expected USD, at least 0", { ...chat, input_cost_per_request: -1 }],
  ])("has its bad entries rejected alone: %s", (reason, bad) => {
    const { models, rejected } = pricesFromLiteLlm({ "a/bad": bad, "a/good": chat }, options);
    expect(models.map(({ model }) => model)).toEqual(["good"]);
    expect(rejected).toEqual([{ id: "a/bad", reason }]);
  });

  test.each([
    // of older files, where max_tokens is all there is
    [{ max_tokens: 8191 }, { contextTokens: 8191 }],
    [{ max_tokens: 4096, max_output_tokens: 4096 }, { maxOutputTokens: 4096 }],
    [
      { max_tokens: 4096, max_input_tokens: 128_000, max_output_tokens: 4096 },
      { contextTokens: 128_000, maxOutputTokens: 4096 },
    ],
    [{ max_input_tokens: "max input tokens", max_output_tokens: 0 }, {}],
  ])("has lengths in three fields: %o", (fields, capabilities) => {
    expect(entryOf({ ...chat, ...fields }).models).toMatchObject([{ model: "model" }]);
    expect(entryOf({ ...chat, ...fields }).models[0].capabilities).toEqual(capabilities);
  });
});
