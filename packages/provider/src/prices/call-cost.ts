import type { Usage } from "../chat/usage.js";
import { invalidArgument } from "../errors/provider-error.js";
import { sumOfProducts } from "./decimal.js";
import { assertModelPrices, type ModelPrices, type TokenPrices } from "./prices.js";

/** What one call costs. */
export interface CallCost {
  /** Undefined where the tokens or the prices are not known. */
  usd: number | undefined;
  /** "reported" by the provider itself, or "computed" from tokens and prices. */
  basis: "reported" | "computed" | "unknown";
  /** What had to be assumed, or is missing. */
  notes: string[];
}

/**
 * The cost of a call from its real usage:
 *
 *   (input − cached − written) · p_in + cached · p_cached + written · p_write + (output − reasoning) · p_out + reasoning · p_reasoning
 *
 * over a million, plus the price of the request; what is written for an hour has a term of its own like what is written.
 * Reckoned in exact decimals and rounded once, so that it equals the sum on paper to the last digit. What the provider reports
 * goes before what is computed.
 *
 * @throws ProviderError "invalid-argument" for counts or prices that are negative, or parts that are more than their whole
 */
export function costOfCall(usage: Usage, prices: ModelPrices | undefined): CallCost {
  assertUsage(usage);
  if (usage.reportedCostUsd !== undefined) return { usd: usage.reportedCostUsd, basis: "reported", notes: [] };
  const { inputTokens, outputTokens } = usage;
  const missing = [
    ...(prices === undefined ? ["the price is not known"] : []),
    ...(inputTokens === undefined ? ["the input tokens are not known"] : []),
    ...(outputTokens === undefined ? ["the output tokens are not known"] : []),
  ];
  if (prices === undefined || inputTokens === undefined || outputTokens === undefined) {
    return { usd: undefined, basis: "unknown", notes: missing };
  }
  assertModelPrices("costOfCall: prices", prices);

  const { cachedInputTokens: cached = 0, cacheWriteTokens: written = 0, cacheWriteHourTokens: hour = 0 } = usage;
  const { reasoningTokens: reasoning = 0 } = usage;
  const rates = ratesFor(prices, inputTokens);
  const { inputUsdPerMillionTokens: input, outputUsdPerMillionTokens: output } = rates;
  const { cachedInputUsdPerMillionTokens: cachedPrice, cacheWriteUsdPerMillionTokens: writePrice } = rates;
  const { cacheWriteHourUsdPerMillionTokens: hourPrice, reasoningUsdPerMillionTokens: reasoningPrice } = rates;
  const notes = [
    { count: cached, price: cachedPrice, name: "cached input", other: "other input" },
    { count: written, price: writePrice, name: "cache writes", other: "other input" },
    { count: hour, price: hourPrice, name: "cache writes for an hour", other: "other writes" },
  ]
    .filter(({ count, price }) => count > 0 && price === undefined)
    .map(({ name, other }) => `no price of ${name} is known: reckoned as ${other}`);
  const terms = [
    { count: inputTokens - cached - written - hour, price: input },
    { count: cached, price: cachedPrice ?? input },
    { count: written, price: writePrice ?? input },
    { count: hour, price: hourPrice ?? writePrice ?? input },
    { count: outputTokens - reasoning, price: output },
    { count: reasoning, price: reasoningPrice ?? output },
  ];
  const usd = sumOfProducts([
    ...terms.map((term) => ({ ...term, shift: -6 })),
    { count: 1, price: prices.requestUsd ?? 0 },
  ]);
  return { usd, basis: "computed", notes };
}

/** The prices of a call with so much input: those of the longest limit that it exceeds. */
function ratesFor(prices: ModelPrices, inputTokens: number): TokenPrices {
  let rates: TokenPrices = prices;
  let limit = -1;
  for (const tier of prices.longInput ?? []) {
    if (inputTokens > tier.aboveInputTokens && tier.aboveInputTokens > limit) {
      rates = tier;
      limit = tier.aboveInputTokens;
    }
  }
  return rates;
}

const counts = [
  "inputTokens",
  "cachedInputTokens",
  "cacheWriteTokens",
  "cacheWriteHourTokens",
  "outputTokens",
  "reasoningTokens",
  "reportedCostUsd",
] as const;

function assertUsage(usage: Usage): void {
  for (const field of counts) {
    const value = usage[field];
    if (value !== undefined && !(typeof value === "number" && value >= 0 && value < Number.POSITIVE_INFINITY)) {
      throw invalidArgument(`costOfCall: usage.${field}`, value, "a number of at least 0");
    }
  }
  const { inputTokens, outputTokens, reasoningTokens = 0 } = usage;
  const parts = (usage.cachedInputTokens ?? 0) + (usage.cacheWriteTokens ?? 0) + (usage.cacheWriteHourTokens ?? 0);
  if (inputTokens !== undefined && parts > inputTokens) {
    throw invalidArgument("costOfCall: usage.inputTokens", inputTokens, `at least the ${parts} cached and written`);
  }
  if (outputTokens !== undefined && reasoningTokens > outputTokens) {
    throw invalidArgument(
      "costOfCall: usage.reasoningTokens",
      reasoningTokens,
      `at most the ${outputTokens} of output`,
    );
  }
}
