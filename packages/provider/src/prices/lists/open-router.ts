import { invalidArgument } from "../../errors/provider-error.js";
import type { ModelPrices } from "../prices.js";
import {
  assertFields,
  count,
  defined,
  type Fields,
  isFields,
  type ListEntry,
  type PriceList,
  type PriceListOptions,
  perMillion,
  readList,
} from "./price-list.js";

const home = "https://openrouter.ai/api/v1/models";

/**
 * Reads OpenRouter's list of models (`GET /api/v1/models`, parsed): USD per token, as text. The provider is "openrouter".
 *
 * @throws ProviderError "invalid-argument" when it has no `data` or `asOf` is no day
 */
export function pricesFromOpenRouter(json: unknown, options: PriceListOptions): PriceList {
  assertFields("pricesFromOpenRouter: json", json);
  const { data } = json;
  if (!Array.isArray(data)) throw invalidArgument("pricesFromOpenRouter: json.data", data, "a list of models");
  const entries = data.map((entry, i) => [isFields(entry) ? String(entry["id"]) : `data[${i}]`, entry] as const);
  return readList("pricesFromOpenRouter", entries, options, (id, entry) => readModel(id, entry, options));
}

function readModel(id: string, entry: Fields, { asOf, source = home }: PriceListOptions): ListEntry {
  const { pricing, architecture, top_provider: top, supported_parameters: parameters } = entry;
  if (!isFields(pricing)) return "no pricing";
  const input = perMillion(pricing["prompt"]);
  const output = perMillion(pricing["completion"]);
  if (input === undefined || output === undefined) return "no price of prompt or completion";
  // the routers among the models have no price of their own, and say −1
  if (input < 0 || output < 0) return "its price varies";
  const request = pricing["request"] === undefined ? undefined : Number(pricing["request"]);
  const prices: ModelPrices = defined({
    inputUsdPerMillionTokens: input,
    outputUsdPerMillionTokens: output,
    cachedInputUsdPerMillionTokens: perMillion(pricing["input_cache_read"]),
    cacheWriteUsdPerMillionTokens: perMillion(pricing["input_cache_write"]),
    reasoningUsdPerMillionTokens: reasoningPrice(pricing["internal_reasoning"]),
    requestUsd: request === 0 ? undefined : request,
    source,
    asOf,
  });
  const modalities = isFields(architecture) ? architecture["input_modalities"] : undefined;
  const limits = isFields(top) ? top : {};
  const supports = (name: string): boolean | undefined =>
    Array.isArray(parameters) ? parameters.includes(name) : undefined;
  return {
    provider: "openrouter",
    model: id,
    kind: "chat",
    prices,
    capabilities: defined({
      contextTokens: count(entry["context_length"]) ?? count(limits["context_length"]),
      maxOutputTokens: count(limits["max_completion_tokens"]),
      tools: supports("tools"),
      vision: Array.isArray(modalities) ? modalities.includes("image") : undefined,
      jsonMode: supports("response_format"),
      reasoning: supports("reasoning"),
      promptCache: prices.cachedInputUsdPerMillionTokens === undefined ? undefined : true,
    }),
  };
}

/** 0 stands for "as the rest of the output". */
function reasoningPrice(value: unknown): number | undefined {
  const price = perMillion(value);
  return price === 0 ? undefined : price;
}
