import { invalidArgument } from "../errors/provider-error.js";

/** What tokens cost, in USD per million. */
export interface TokenPrices {
  inputUsdPerMillionTokens: number;
  outputUsdPerMillionTokens: number;
  /** Input that is read from the prompt cache; as other input when left out. */
  cachedInputUsdPerMillionTokens?: number | undefined;
  /** Input that is written to the prompt cache for some minutes; as other input when left out. */
  cacheWriteUsdPerMillionTokens?: number | undefined;
  /** Input that is written to the prompt cache for an hour; as other writes when left out. */
  cacheWriteHourUsdPerMillionTokens?: number | undefined;
  /** Reasoning tokens, where they cost other than the rest of the output. */
  reasoningUsdPerMillionTokens?: number | undefined;
}

/** The prices of a model, with where and when they were read. */
export interface ModelPrices extends TokenPrices {
  /** Of every call, whatever its length. */
  requestUsd?: number | undefined;
  /** Prices of the whole call where its input is longer than so many tokens. */
  longInput?: ReadonlyArray<TokenPrices & { aboveInputTokens: number }> | undefined;
  /** Such as a web address. */
  source: string;
  /** YYYY-MM-DD. */
  asOf: string;
}

/** What a model can do; what is not recorded counts as missing, except the context length. */
export interface Capabilities {
  contextTokens?: number | undefined;
  maxOutputTokens?: number | undefined;
  tools?: boolean | undefined;
  vision?: boolean | undefined;
  jsonMode?: boolean | undefined;
  reasoning?: boolean | undefined;
  promptCache?: boolean | undefined;
}

/** One model of a price list. */
export interface PricedModel {
  provider: string;
  model: string;
  kind: "chat" | "embedding";
  prices: ModelPrices;
  capabilities: Capabilities;
}

const tokenFields = [
  "inputUsdPerMillionTokens",
  "outputUsdPerMillionTokens",
  "cachedInputUsdPerMillionTokens",
  "cacheWriteUsdPerMillionTokens",
  "cacheWriteHourUsdPerMillionTokens",
  "reasoningUsdPerMillionTokens",
] as const;

/** @throws ProviderError "invalid-argument" naming the field that is missing, negative or no number */
export function assertModelPrices(where: string, prices: ModelPrices): void {
  // those of a price book were checked when it was made; nobody changes prices in place
  if (checked.has(prices)) return;
  assertTokenPrices(where, prices);
  if (prices.requestUsd !== undefined) assertPrice(`${where}.requestUsd`, prices.requestUsd);
  const { longInput = [] } = prices;
  if (!Array.isArray(longInput)) throw invalidArgument(`${where}.longInput`, longInput, "a list of prices");
  for (const [i, tier] of longInput.entries()) {
    if (typeof tier !== "object" || tier === null) {
      throw invalidArgument(`${where}.longInput[${i}]`, tier, "prices");
    }
    assertTokenPrices(`${where}.longInput[${i}]`, tier);
    if (!(Number.isSafeInteger(tier.aboveInputTokens) && tier.aboveInputTokens >= 0)) {
      throw invalidArgument(`${where}.longInput[${i}].aboveInputTokens`, tier.aboveInputTokens, "a whole number");
    }
  }
  if (typeof prices.source !== "string" || prices.source === "") {
    throw invalidArgument(`${where}.source`, prices.source, "where the prices were read");
  }
  assertDay(`${where}.asOf`, prices.asOf);
  if (Object.isFrozen(prices)) checked.add(prices);
}

/** Frozen prices that are sound: checking them for every call took a third of the time of reckoning its cost. */
const checked = new WeakSet<ModelPrices>();

/** @throws ProviderError "invalid-argument" unless it is a day of the calendar as YYYY-MM-DD */
export function assertDay(where: string, day: unknown): void {
  const parsed =
    typeof day === "string" && /^\d{4}-\d{2}-\d{2}$/.test(day) ? Date.parse(`${day}T00:00:00Z`) : Number.NaN;
  if (Number.isNaN(parsed) || new Date(parsed).toISOString().slice(0, 10) !== day) {
    throw invalidArgument(where, day, "a day as YYYY-MM-DD");
  }
}

function assertTokenPrices(where: string, prices: TokenPrices): void {
  for (const field of tokenFields) {
    const optional = field !== "inputUsdPerMillionTokens" && field !== "outputUsdPerMillionTokens";
    if (optional && prices[field] === undefined) continue;
    assertPrice(`${where}.${field}`, prices[field]);
  }
}

function assertPrice(where: string, price: unknown): void {
  if (typeof price === "number" && price >= 0 && price < Number.POSITIVE_INFINITY) return;
  throw invalidArgument(where, price, "USD, at least 0");
}
