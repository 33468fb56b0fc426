import { invalidArgument } from "../../errors/provider-error.js";
import { shiftDecimal } from "../decimal.js";
import { assertDay, assertModelPrices, type ModelPrices, type PricedModel, type TokenPrices } from "../prices.js";

export interface PriceListOptions {
  /** Day on which the list was read, YYYY-MM-DD: the lists themselves do not say. */
  asOf: string;
  /** Where it was read; the list's home when left out. */
  source?: string | undefined;
  /**
   * Whether a price of 0 is meant. Lists write 0 for what they do not know or do not count in tokens, so by default only models
   * that say "free" and those of servers of one's own are taken for free.
   */
  isFree?: ((provider: string, model: string) => boolean) | undefined;
}

export interface PriceList {
  models: PricedModel[];
  /** Entries that could not be used, and why. */
  rejected: Array<{ id: string; reason: string }>;
}

export type Fields = Readonly<Record<string, unknown>>;

/** What one entry of a list says, or why it cannot be used. */
export type ListEntry = PricedModel | string;

/** Prices of a call with more input than the limit; what they leave out costs what it costs below. */
export type Tier = Partial<TokenPrices> & { aboveInputTokens: number };

const ownServers = new Set([
  ...["ollama", "ollama_chat", "lmstudio", "lm_studio", "lemonade", "llamacpp", "llama.cpp", "llamafile"],
  ...["vllm", "hosted_vllm", "docker_model_runner"],
]);

/** Reads the entries of a list one by one; a bad one is rejected alone. @throws ProviderError "invalid-argument" for bad options */
export function readList(
  where: string,
  entries: Iterable<readonly [id: string, entry: unknown]>,
  options: PriceListOptions,
  read: (id: string, entry: Fields) => ListEntry,
): PriceList {
  assertDay(`${where}: asOf`, options.asOf);
  const isFree = options.isFree ?? saysFree;
  const list: PriceList = { models: [], rejected: [] };
  for (const [id, entry] of entries) {
    const model = isFields(entry) ? readSafely(() => read(id, entry)) : "no object";
    if (typeof model === "string") {
      list.rejected.push({ id, reason: model });
      continue;
    }
    if (model.provider === "" || model.model === "") {
      list.rejected.push({ id, reason: `no name of the ${model.provider === "" ? "provider" : "model"}` });
    } else if (isPricedZero(model) && !isFree(model.provider, model.model)) {
      list.rejected.push({ id, reason: "priced 0 without being free" });
    } else list.models.push({ ...model, prices: withoutZeroExtras(model.prices) });
  }
  return list;
}

/** Ollama's own cloud is no server of one's own. */
function saysFree(provider: string, model: string): boolean {
  return (ownServers.has(provider) && !/-cloud$/.test(model)) || /[:/-]free$/.test(model);
}

function isPricedZero({ kind, prices }: PricedModel): boolean {
  if (prices.requestUsd !== undefined && prices.requestUsd > 0) return false;
  return prices.inputUsdPerMillionTokens === 0 || (kind === "chat" && prices.outputUsdPerMillionTokens === 0);
}

const extras = new Set([
  "cacheWriteUsdPerMillionTokens",
  "cacheWriteHourUsdPerMillionTokens",
  "reasoningUsdPerMillionTokens",
]);

/** A write for 0 has no surcharge, and reasoning for 0 no price of its own: they cost what the tokens around them cost. */
function withoutZeroExtras(prices: ModelPrices): ModelPrices {
  const clean = <T extends TokenPrices>(tokens: T): T =>
    Object.fromEntries(Object.entries(tokens).filter(([name, price]) => price !== 0 || !extras.has(name))) as T;
  const { longInput } = prices;
  return { ...clean(prices), ...(longInput === undefined ? {} : { longInput: longInput.map(clean) }) };
}

/**
 * Tiers of long input, each whole, from the shortest limit on; undefined where there are none. A 0 for what is not free below is a
 * price that the list does not know.
 */
export function longInputOf(base: TokenPrices, tiers: readonly Tier[]): ModelPrices["longInput"] {
  let below = base;
  const whole = [...tiers]
    .sort((a, b) => a.aboveInputTokens - b.aboveInputTokens)
    .map((tier) => {
      const known = Object.entries(tier).filter(
        ([name, price]) => price !== 0 || !(below[name as keyof TokenPrices] ?? 0),
      );
      const prices = { ...below, ...(Object.fromEntries(known) as Tier) };
      below = prices;
      return prices;
    });
  return whole.length === 0 ? undefined : whole;
}

/** Whether input and output both have a price. */
export function isWhole(prices: Partial<TokenPrices>): prices is TokenPrices {
  return prices.inputUsdPerMillionTokens !== undefined && prices.outputUsdPerMillionTokens !== undefined;
}

function readSafely(read: () => ListEntry): ListEntry {
  try {
    const entry = read();
    if (typeof entry !== "string") assertModelPrices("prices", entry.prices);
    return entry;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

export function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** @throws ProviderError "invalid-argument" unless it is an object */
export function assertFields(where: string, value: unknown): asserts value is Fields {
  if (!isFields(value)) throw invalidArgument(where, typeof value === "string" ? "a text" : value, "an object");
}

/** A price per token, as a number or as text, per million; undefined where there is none. @throws as {@link priceOf} */
export function perMillion(price: unknown): number | undefined {
  return priceOf(price, 6);
}

/** A price times 10^power; undefined where there is none. @throws RangeError for what is neither a number nor one as text */
export function priceOf(price: unknown, power = 0): number | undefined {
  if (price === undefined || price === null || price === "") return undefined;
  if (typeof price !== "number" && typeof price !== "string")
    throw new RangeError(`no decimal number: ${typeof price}`);
  return shiftDecimal(price, power);
}

export function flag(value: unknown): boolean | undefined {
  return typeof value === "boolean" ? value : undefined;
}

/** A number of at least 1, or nothing. */
export function count(value: unknown): number | undefined {
  return typeof value === "number" && Number.isFinite(value) && value >= 1 ? value : undefined;
}

/** Fields that may be undefined become fields that may be missing. */
type Defined<T> = { [K in keyof T as undefined extends T[K] ? never : K]: T[K] } & {
  [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined>;
};

/** The object without the fields that are undefined. */
export function defined<T extends object>(value: T): Defined<T> {
  return Object.fromEntries(Object.entries(value).filter(([, field]) => field !== undefined)) as Defined<T>;
}
