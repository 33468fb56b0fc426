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
  priceOf,
  readList,
  type Tier,
} from "./price-list.js";

const home = "https://models.dev/api.json";

/**
 * Reads the list of models.dev (`/api.json`, parsed): USD per million tokens, by provider and model.
 *
 * @throws ProviderError "invalid-argument" when it is no object or `asOf` is no day
 */
export function pricesFromModelsDev(json: unknown, options: PriceListOptions): PriceList {
  assertFields("pricesFromModelsDev: json", json);
  const entries = Object.entries(json).flatMap(([provider, entry]): Array<readonly [string, unknown]> => {
    const models = isFields(entry) ? entry["models"] : undefined;
    return isFields(models)
      ? Object.entries(models).map(([model, fields]) => [`${provider}/${model}`, fields])
      : [[provider, undefined]];
  });
  return readList("pricesFromModelsDev", entries, options, (id, entry) => {
    const slash = id.indexOf("/");
    return readModel(id.slice(0, slash), id.slice(slash + 1), entry, options);
  });
}

function readModel(
  provider: string,
  model: string,
  entry: Fields,
  { asOf, source = home }: PriceListOptions,
): ListEntry {
  const { cost, limit, modalities, family } = entry;
  if (!isFields(cost)) return "no cost";
  const base = tokenPrices(cost);
  if (!isWhole(base)) return "no cost of input or output";
  const { input, output } = isFields(modalities) ? modalities : ({} as Fields);
  if (Array.isArray(input) && !input.includes("text")) return `takes ${input.join(", ")}`;
  if (Array.isArray(output) && !output.includes("text")) return `gives ${output.join(", ")}`;
  const prices: ModelPrices = defined({ ...base, longInput: longInputOf(base, tiersOf(cost)), source, asOf });
  const limits = isFields(limit) ? limit : {};
  return {
    provider,
    model,
    // the list has no field for it: embedding models "give text" there
    kind: /embed/i.test(`${model} ${family}`) ? "embedding" : "chat",
    prices,
    capabilities: defined({
      contextTokens: count(limits["context"]),
      maxOutputTokens: count(limits["output"]),
      tools: flag(entry["tool_call"]),
      vision: Array.isArray(input) ? input.includes("image") : undefined,
      jsonMode: flag(entry["structured_output"]),
      reasoning: flag(entry["reasoning"]),
      promptCache: base.cachedInputUsdPerMillionTokens === undefined ? undefined : true,
    }),
  };
}

function tokenPrices(cost: Fields): Partial<TokenPrices> {
  return defined({
    inputUsdPerMillionTokens: priceOf(cost["input"]),
    outputUsdPerMillionTokens: priceOf(cost["output"]),
    cachedInputUsdPerMillionTokens: priceOf(cost["cache_read"]),
    cacheWriteUsdPerMillionTokens: priceOf(cost["cache_write"]),
    reasoningUsdPerMillionTokens: priceOf(cost["reasoning"]),
  });
}

/** `tiers` name their limit; `context_over_200k`, which is older, stands in the list beside them and says less. */
function tiersOf(cost: Fields): Tier[] {
  const { tiers, context_over_200k: long } = cost;
  const named = (Array.isArray(tiers) ? tiers : []).filter(isFields).flatMap((item) => {
    const { type, size } = isFields(item["tier"]) ? item["tier"] : ({} as Fields);
    return type === "context" && typeof size === "number" ? [{ ...tokenPrices(item), aboveInputTokens: size }] : [];
  });
  if (named.length > 0 || !isFields(long)) return named;
  return [{ ...tokenPrices(long), aboveInputTokens: 200_000 }];
}
