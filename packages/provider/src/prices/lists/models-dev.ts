import type { ModelPrices, TokenPrices } from "../prices.js";
import {
  assertFields,
  count,
  defined,
  type Fields,
  isFields,
  type ListEntry,
  type PriceList,
  type PriceListOptions,
  readList,
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
  const { cost, limit, modalities } = entry;
  if (!isFields(cost)) return "no cost";
  const base = tokenPrices(cost);
  if (base === null) return "no cost of input or output";
  const long = cost["context_over_200k"];
  const longPrices = isFields(long) ? tokenPrices(long) : null;
  const prices: ModelPrices = defined({
    ...base,
    longInput: longPrices === null ? undefined : [{ ...base, ...longPrices, aboveInputTokens: 200_000 }],
    source,
    asOf,
  });
  const { input, output } = isFields(modalities) ? modalities : ({} as Fields);
  if (Array.isArray(output) && !output.includes("text")) return `gives ${output.join(", ")}`;
  const limits = isFields(limit) ? limit : {};
  return {
    provider,
    model,
    kind: "chat",
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

function tokenPrices(cost: Fields): TokenPrices | null {
  const { input, output, cache_read: cached, cache_write: written, reasoning } = cost;
  if (input === undefined || output === undefined) return null;
  return defined({
    inputUsdPerMillionTokens: input as number,
    outputUsdPerMillionTokens: output as number,
    cachedInputUsdPerMillionTokens: cached as number | undefined,
    cacheWriteUsdPerMillionTokens: written as number | undefined,
    reasoningUsdPerMillionTokens: reasoning as number | undefined,
  });
}

function flag(value: unknown): boolean | undefined {
  return typeof value === "boolean" ? value : undefined;
}
