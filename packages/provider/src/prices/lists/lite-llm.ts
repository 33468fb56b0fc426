import type { ModelPrices, TokenPrices } from "../prices.js";
import {
  assertFields,
  count,
  defined,
  type Fields,
  type ListEntry,
  type PriceList,
  type PriceListOptions,
  perMillion,
  readList,
} from "./price-list.js";

const home = "https://github.com/BerriAI/litellm/blob/main/model_prices_and_context_window.json";

/**
 * Reads LiteLLM's price file (`model_prices_and_context_window.json`, parsed): USD per token, by model name.
 *
 * @throws ProviderError "invalid-argument" when it is no object or `asOf` is no day
 */
export function pricesFromLiteLlm(json: unknown, options: PriceListOptions): PriceList {
  assertFields("pricesFromLiteLlm: json", json);
  const entries = Object.entries(json).filter(([id]) => id !== "sample_spec");
  return readList("pricesFromLiteLlm", entries, options, (id, entry) => readModel(id, entry, options));
}

function readModel(id: string, entry: Fields, { asOf, source = home }: PriceListOptions): ListEntry {
  const provider = entry["litellm_provider"];
  if (typeof provider !== "string") return "no litellm_provider";
  const kind = entry["mode"] === "embedding" ? "embedding" : "chat";
  if (kind === "chat" && !["chat", "responses", "completion"].includes(String(entry["mode"])))
    return `mode ${entry["mode"]}`;
  const prices = tokenPrices(entry, "");
  if (prices === null) return "no price of input or output tokens";
  const own: ModelPrices = defined({
    ...prices,
    requestUsd: entry["input_cost_per_request"] as number | undefined,
    longInput: longInput(entry, prices),
    source,
    asOf,
  });
  const prefix = `${provider}/`;
  return {
    provider,
    model: id.startsWith(prefix) ? id.slice(prefix.length) : id,
    kind,
    prices: own,
    capabilities: defined({
      contextTokens: count(entry["max_input_tokens"]) ?? count(entry["max_tokens"]),
      maxOutputTokens: count(entry["max_output_tokens"]),
      tools: flag(entry["supports_function_calling"]),
      vision: flag(entry["supports_vision"]),
      jsonMode: flag(entry["supports_response_schema"]),
      reasoning: flag(entry["supports_reasoning"]),
      promptCache: flag(entry["supports_prompt_caching"]),
    }),
  };
}

/** Prices whose names end with `suffix`, or else those of `base`; null where input or output has none. */
function tokenPrices(entry: Fields, suffix: string, base?: TokenPrices): TokenPrices | null {
  const price = (name: string, otherwise?: number): number | undefined =>
    perMillion(entry[`${name}${suffix}`]) ?? otherwise;
  const input = price("input_cost_per_token", base?.inputUsdPerMillionTokens);
  const output = price("output_cost_per_token", entry["mode"] === "embedding" ? 0 : base?.outputUsdPerMillionTokens);
  if (input === undefined || output === undefined) return null;
  return defined({
    inputUsdPerMillionTokens: input,
    outputUsdPerMillionTokens: output,
    cachedInputUsdPerMillionTokens: price("cache_read_input_token_cost", base?.cachedInputUsdPerMillionTokens),
    cacheWriteUsdPerMillionTokens: price("cache_creation_input_token_cost", base?.cacheWriteUsdPerMillionTokens),
    cacheWriteHourUsdPerMillionTokens:
      base?.cacheWriteHourUsdPerMillionTokens ?? perMillion(entry["cache_creation_input_token_cost_above_1hr"]),
    reasoningUsdPerMillionTokens:
      base?.reasoningUsdPerMillionTokens ?? perMillion(entry["output_cost_per_reasoning_token"]),
  });
}

/** Fields such as `input_cost_per_token_above_200k_tokens`; what a tier leaves out costs what it costs below. */
function longInput(entry: Fields, base: TokenPrices): ModelPrices["longInput"] {
  const limits = new Set<number>();
  for (const name of Object.keys(entry)) {
    const match = /^(?:input|output)_cost_per_token_above_(\d+)k_tokens$/.exec(name);
    if (match) limits.add(Number(match[1]));
  }
  if (limits.size === 0) return undefined;
  return [...limits]
    .sort((a, b) => a - b)
    .map((thousands) => ({
      ...base,
      ...tokenPrices(entry, `_above_${thousands}k_tokens`, base),
      aboveInputTokens: thousands * 1000,
    }));
}

function flag(value: unknown): boolean | undefined {
  return typeof value === "boolean" ? value : undefined;
}
