import type { ModelPrices, TokenPrices } from "../prices.js";
import {
  assertFields,
  count,
  defined,
  type Fields,
  flag,
  isFields,
  isWhole,
  type ListEntry,
  longInputOf,
  type PriceList,
  type PriceListOptions,
  perMillion,
  priceOf,
  readList,
  type Tier,
} from "./price-list.js";

const home = "https://github.com/BerriAI/litellm/blob/main/model_prices_and_context_window.json";

/**
 * Reads LiteLLM's price file (`model_prices_and_context_window.json`, parsed): USD per token, by model name. Providers have its
 * names, models are without the provider before their slash. Prices of batches, priority and flexible calls are left out.
 *
 * @throws ProviderError "invalid-argument" when it is no object or `asOf` is no day
 */
export function pricesFromLiteLlm(json: unknown, options: PriceListOptions): PriceList {
  assertFields("pricesFromLiteLlm: json", json);
  const entries = Object.entries(json).filter(([id]) => id !== "sample_spec");
  return readList("pricesFromLiteLlm", entries, options, (id, entry) => readModel(id, entry, options));
}

function readModel(id: string, entry: Fields, { asOf, source = home }: PriceListOptions): ListEntry {
  const { litellm_provider: provider, mode, alias_of: alias } = entry;
  if (typeof alias === "string") return `LiteLLM's own name of ${alias}`;
  if (typeof provider !== "string") return "no litellm_provider";
  const kind = mode === "embedding" ? "embedding" : "chat";
  if (kind === "chat" && !["chat", "responses", "completion"].includes(String(mode))) return `mode ${mode}`;
  const tiers = [...rangeTiers(entry), ...suffixTiers(entry)];
  const base: Partial<TokenPrices> = {
    ...(kind === "embedding" ? { outputUsdPerMillionTokens: 0 } : {}),
    ...withoutLimit(tiers.find((tier) => tier.aboveInputTokens === 0)),
    ...tokenPrices(entry),
  };
  if (!isWhole(base)) return "no price of input or output tokens";
  const long = tiers.filter((tier) => tier.aboveInputTokens !== 0);
  const prices: ModelPrices = defined({
    ...base,
    requestUsd: priceOf(entry["input_cost_per_request"]),
    longInput: longInputOf(base, long),
    source,
    asOf,
  });
  return { provider, model: withoutProvider(id, provider), kind, prices, capabilities: capabilitiesOf(entry, base) };
}

function capabilitiesOf(entry: Fields, prices: TokenPrices) {
  const { max_input_tokens: input, max_output_tokens: output, max_tokens: either } = entry;
  const cached = prices.cachedInputUsdPerMillionTokens !== undefined ? true : undefined;
  return defined({
    // `max_tokens` is the most of the output where that has no field of its own beside it, or else of the input
    contextTokens: count(input) ?? (count(output) === undefined ? count(either) : undefined),
    maxOutputTokens: count(output),
    tools: flag(entry["supports_function_calling"]),
    vision: flag(entry["supports_vision"]),
    jsonMode: flag(entry["supports_response_schema"]),
    reasoning: flag(entry["supports_reasoning"]),
    promptCache: flag(entry["supports_prompt_caching"]) ?? cached,
  });
}

/** The name at the provider: "vertex_ai/claude" of "vertex_ai-anthropic_models" is "claude". */
function withoutProvider(id: string, provider: string): string {
  const [family] = id.split("/", 1);
  const isOwn = family !== id && (provider === family || /^[-_]/.test(provider.slice(family.length)));
  return isOwn && provider.startsWith(family) ? id.slice(family.length + 1) : id;
}

/** Prices whose names end with `suffix`. */
function tokenPrices(entry: Fields, suffix = ""): Partial<TokenPrices> {
  const price = (name: string): number | undefined => perMillion(entry[`${name}${suffix}`]);
  return defined({
    inputUsdPerMillionTokens: price("input_cost_per_token"),
    outputUsdPerMillionTokens: price("output_cost_per_token"),
    cachedInputUsdPerMillionTokens: price("cache_read_input_token_cost"),
    cacheWriteUsdPerMillionTokens: price("cache_creation_input_token_cost"),
    cacheWriteHourUsdPerMillionTokens: price("cache_creation_input_token_cost_above_1hr"),
    reasoningUsdPerMillionTokens: price("output_cost_per_reasoning_token"),
  });
}

/** Fields such as `input_cost_per_token_above_200k_tokens`. */
function suffixTiers(entry: Fields): Tier[] {
  const limits = new Set<number>();
  for (const name of Object.keys(entry)) {
    const match = /^(?:input|output)_cost_per_token_above_(\d+)k_tokens$/.exec(name);
    if (match) limits.add(Number(match[1]));
  }
  return [...limits].map((thousands) => ({
    ...tokenPrices(entry, `_above_${thousands}k_tokens`),
    aboveInputTokens: thousands * 1000,
  }));
}

/** Items of `tiered_pricing`, with prices of the whole call from the lower end of their `range` on; the first begins at 0. */
function rangeTiers(entry: Fields): Tier[] {
  const { tiered_pricing: list } = entry;
  if (!Array.isArray(list)) return [];
  return list.filter(isFields).flatMap((item) => {
    const from: unknown = Array.isArray(item["range"]) ? item["range"][0] : undefined;
    return typeof from === "number" ? [{ ...tokenPrices(item), aboveInputTokens: from }] : [];
  });
}

function withoutLimit(tier: Tier | undefined): Partial<TokenPrices> {
  if (tier === undefined) return {};
  const { aboveInputTokens: _, ...prices } = tier;
  return prices;
}
