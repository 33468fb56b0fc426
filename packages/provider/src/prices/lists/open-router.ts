import { invalidArgument } from "../../errors/provider-error.js";
import type { ModelPrices, TokenPrices } from "../prices.js";
import {
  assertFields,
  count,
  defined,
  type Fields,
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

const home = "https://openrouter.ai/api/v1/models";

/**
 * Reads OpenRouter's list of models (`GET /api/v1/models`, parsed): USD per token, as text. The provider is "openrouter". Other
 * prices at certain hours are left out.
 *
 * @throws ProviderError "invalid-argument" when it has no `data` or `asOf` is no day
 */
export function pricesFromOpenRouter(json: unknown, options: PriceListOptions): PriceList {
  assertFields("pricesFromOpenRouter: json", json);
  const { data } = json;
  if (!Array.isArray(data)) throw invalidArgument("pricesFromOpenRouter: json.data", data, "a list of models");
  const entries = data.map((entry, i) => {
    const id: unknown = isFields(entry) ? entry["id"] : undefined;
    return [typeof id === "string" ? id : `data[${i}]`, entry] as const;
  });
  return readList("pricesFromOpenRouter", entries, options, (_, entry) => readModel(entry, options));
}

function readModel(entry: Fields, { asOf, source = home }: PriceListOptions): ListEntry {
  const { id, pricing } = entry;
  if (typeof id !== "string" || id === "") return "no id";
  if (!isFields(pricing)) return "no pricing";
  const architecture = isFields(entry["architecture"]) ? entry["architecture"] : {};
  const { output_modalities: output } = architecture;
  const isEmbedding = Array.isArray(output) && output.includes("embeddings");
  if (Array.isArray(output) && !isEmbedding && !output.includes("text")) return `gives ${output.join(", ")}`;
  const base = tokenPrices(pricing);
  if (!isWhole(base)) return "no price of prompt or completion";
  // the routers among the models have no price of their own, and say −1
  if (base.inputUsdPerMillionTokens < 0 || base.outputUsdPerMillionTokens < 0) return "its price varies";
  const requestUsd = priceOf(pricing["request"]);
  const prices: ModelPrices = defined({
    ...base,
    requestUsd: requestUsd === 0 ? undefined : requestUsd,
    longInput: longInputOf(base, tiersOf(pricing)),
    source,
    asOf,
  });
  const kind = isEmbedding ? "embedding" : "chat";
  return { provider: "openrouter", model: id, kind, prices, capabilities: capabilitiesOf(entry, architecture, base) };
}

function capabilitiesOf(entry: Fields, architecture: Fields, prices: TokenPrices) {
  const { top_provider: top, supported_parameters: parameters } = entry;
  const { input_modalities: input } = architecture;
  const limits = isFields(top) ? top : {};
  const supports = (...names: string[]): boolean | undefined =>
    Array.isArray(parameters) ? names.some((name) => parameters.includes(name)) : undefined;
  return defined({
    contextTokens: count(entry["context_length"]) ?? count(limits["context_length"]),
    maxOutputTokens: count(limits["max_completion_tokens"]),
    tools: supports("tools"),
    vision: Array.isArray(input) ? input.includes("image") : undefined,
    jsonMode: supports("response_format", "structured_outputs"),
    reasoning: supports("reasoning"),
    promptCache: prices.cachedInputUsdPerMillionTokens === undefined ? undefined : true,
  });
}

function tokenPrices(pricing: Fields): Partial<TokenPrices> {
  return defined({
    inputUsdPerMillionTokens: perMillion(pricing["prompt"]),
    outputUsdPerMillionTokens: perMillion(pricing["completion"]),
    cachedInputUsdPerMillionTokens: perMillion(pricing["input_cache_read"]),
    cacheWriteUsdPerMillionTokens: perMillion(pricing["input_cache_write"]),
    cacheWriteHourUsdPerMillionTokens: perMillion(pricing["input_cache_write_1h"]),
    reasoningUsdPerMillionTokens: perMillion(pricing["internal_reasoning"]),
  });
}

/** `overrides` from a length of the prompt on; those for some days or hours say so in fields `utc_…`. */
function tiersOf({ overrides }: Fields): Tier[] {
  return (Array.isArray(overrides) ? overrides : []).filter(isFields).flatMap((item) => {
    const { min_prompt_tokens: least } = item;
    const isTimed = Object.keys(item).some((name) => name.startsWith("utc_"));
    if (isTimed || typeof least !== "number") return [];
    return [{ ...tokenPrices(item), aboveInputTokens: least - 1 }];
  });
}
