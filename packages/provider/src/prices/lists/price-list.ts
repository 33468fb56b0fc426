import { invalidArgument } from "../../errors/provider-error.js";
import { shiftDecimal } from "../decimal.js";
import { assertDay, assertModelPrices, type PricedModel } from "../prices.js";

export interface PriceListOptions {
  /** Day on which the list was read, YYYY-MM-DD: the lists themselves do not say. */
  asOf: string;
  /** Where it was read; the list's home when left out. */
  source?: string | undefined;
  /**
   * Whether a price of 0 is meant. Lists write 0 for what they do not know, so by default only models that say "free" and
   * those of servers of one's own are taken for free.
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

const ownServers = new Set(["ollama", "ollama_chat", "lmstudio", "llamacpp", "llama.cpp", "vllm", "hosted_vllm"]);

/** Reads the entries of a list one by one; a bad one is rejected alone. @throws ProviderError "invalid-argument" for bad options */
export function readList(
  where: string,
  entries: Iterable<readonly [id: string, entry: unknown]>,
  options: PriceListOptions,
  read: (id: string, entry: Fields) => ListEntry,
): PriceList {
  assertDay(`${where}: asOf`, options.asOf);
  const isFree = options.isFree ?? ((provider, model) => ownServers.has(provider) || /[:/-]free$/.test(model));
  const list: PriceList = { models: [], rejected: [] };
  for (const [id, entry] of entries) {
    const model = isFields(entry) ? readSafely(() => read(id, entry)) : "no object";
    if (typeof model === "string") {
      list.rejected.push({ id, reason: model });
      continue;
    }
    const { inputUsdPerMillionTokens: input, outputUsdPerMillionTokens: output } = model.prices;
    const unpriced = input === 0 && (output === 0 || model.kind === "embedding");
    if (unpriced && !isFree(model.provider, model.model))
      list.rejected.push({ id, reason: "priced 0 without being free" });
    else list.models.push(model);
  }
  return list;
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
  if (!isFields(value)) throw invalidArgument(where, value === null ? null : typeof value, "an object");
}

/** A price per token, as a number or as text, per million; undefined where there is none. */
export function perMillion(price: unknown): number | undefined {
  if (price === undefined || price === null || price === "") return undefined;
  return shiftDecimal(price as number | string, 6);
}

/** A number of at least 1, or nothing. */
export function count(value: unknown): number | undefined {
  return typeof value === "number" && Number.isFinite(value) && value >= 1 ? value : undefined;
}

/** The object without the fields that are undefined. */
export function defined<T extends object>(value: T): T {
  return Object.fromEntries(Object.entries(value).filter(([, field]) => field !== undefined)) as T;
}
