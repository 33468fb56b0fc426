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
  if (prices === undefined || inputTokens === undefined || outputTokens === undefined) {
    const notes: string[] = [];
    if (prices === undefined) notes.push("the price is not known");
    if (inputTokens === undefined) notes.push("the input tokens are not known");
    if (outputTokens === undefined) notes.push("the output tokens are not known");
    return { usd: undefined, basis: "unknown", notes };
  }
  assertModelPrices("costOfCall: prices", prices);

  const { cachedInputTokens: cached = 0, cacheWriteTokens: written = 0, cacheWriteHourTokens: hour = 0 } = usage;
  const { reasoningTokens: reasoning = 0 } = usage;
  const rates = ratesFor(prices, inputTokens);
  const { inputUsdPerMillionTokens: input, outputUsdPerMillionTokens: output } = rates;
  const { cachedInputUsdPerMillionTokens: cachedPrice, cacheWriteUsdPerMillionTokens: writePrice } = rates;
  const { cacheWriteHourUsdPerMillionTokens: hourPrice, reasoningUsdPerMillionTokens: reasoningPrice } = rates;
  const notes: string[] = [];
  const assume = (count: number, price: number | undefined, name: string, other: string): void => {
    if (count > 0 && price === undefined) notes.push(`no price of ${name} is known: reckoned as ${other}`);
  };
  assume(cached, cachedPrice, "cached input", "other input");
  assume(written, writePrice, "cache writes", "other input");
  assume(hour, hourPrice, "cache writes for an hour", "other writes");
  const usd = sumOfProducts([
    { count: inputTokens - cached - written - hour, price: input, shift: -6 },
    { count: cached, price: cachedPrice ?? input, shift: -6 },
    { count: written, price: writePrice ?? input, shift: -6 },
    { count: hour, price: hourPrice ?? writePrice ?? input, shift: -6 },
    { count: outputTokens - reasoning, price: output, shift: -6 },
    { count: reasoning, price: reasoningPrice ?? output, shift: -6 },
    { count: 1, price: prices.requestUsd ?? 0, shift: 0 },
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

function assertUsage(usage: Usage): void {
  // each by its name, which V8 finds faster than one out of a list
  assertCount("inputTokens", usage.inputTokens);
  assertCount("cachedInputTokens", usage.cachedInputTokens);
  assertCount("cacheWriteTokens", usage.cacheWriteTokens);
  assertCount("cacheWriteHourTokens", usage.cacheWriteHourTokens);
  assertCount("outputTokens", usage.outputTokens);
  assertCount("reasoningTokens", usage.reasoningTokens);
  assertCount("reportedCostUsd", usage.reportedCostUsd);
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

function assertCount(field: keyof Usage, value: unknown): void {
  if (value === undefined || (typeof value === "number" && value >= 0 && value < Number.POSITIVE_INFINITY)) return;
  throw invalidArgument(`costOfCall: usage.${field}`, value, "a number of at least 0");
}
