import type { Usage } from "../chat/usage.js";
import { invalidArgument, ProviderError } from "../errors/provider-error.js";
import { type CallCost, costOfCall } from "./call-cost.js";
import { assertModelPrices, type ModelPrices, type PricedModel } from "./prices.js";

export interface PriceBookOptions {
  /** What a model without a price, or with one that is too old, gives: a note beside the cost, or an error. Default "warn". */
  onMissing?: "warn" | "error" | undefined;
  onStale?: "warn" | "error" | undefined;
  /** Age from which a price is stale. Default 90. */
  staleAfterDays?: number | undefined;
  /** Now; for tests. */
  now?: (() => number) | undefined;
}

export interface FoundPrices {
  /** Undefined where no price is known: it is never taken for 0. */
  prices: ModelPrices | undefined;
  notes: string[];
}

const dayMs = 86_400_000;

/**
 * Prices by provider and model. A later entry of the same model replaces an earlier one, so own prices go last.
 *
 * @throws ProviderError "invalid-argument" naming the entry and field
 */
export class PriceBook {
  readonly #models = new Map<string, PricedModel>();
  readonly #options: {
    readonly onMissing: "warn" | "error";
    readonly onStale: "warn" | "error";
    readonly staleAfterDays: number;
    readonly now: () => number;
  };

  constructor(models: readonly PricedModel[], options: PriceBookOptions = {}) {
    const { onMissing = "warn", onStale = "warn", staleAfterDays = 90, now = Date.now } = options;
    for (const [name, value] of Object.entries({ onMissing, onStale })) {
      if (value !== "warn" && value !== "error")
        throw invalidArgument(`PriceBook: ${name}`, value, '"warn" or "error"');
    }
    if (!(typeof staleAfterDays === "number" && staleAfterDays > 0))
      throw invalidArgument("PriceBook: staleAfterDays", staleAfterDays, "a number above 0");
    this.#options = { onMissing, onStale, staleAfterDays, now };
    for (const [i, entry] of models.entries()) {
      assertEntry(`PriceBook: models[${i}]`, entry);
      // a copy of our own, which nobody changes: that it is sound need not be looked at again
      const prices = Object.freeze({ ...entry.prices });
      assertModelPrices(`PriceBook: ${entry.provider}/${entry.model}`, prices);
      this.#models.set(keyOf(entry.provider, entry.model), { ...entry, prices });
    }
  }

  get models(): PricedModel[] {
    return [...this.#models.values()];
  }

  /** The entry of a model, whatever its age. */
  find(provider: string, model: string): PricedModel | undefined {
    return this.#models.get(keyOf(provider, model));
  }

  /** @throws ProviderError "price" where the options ask for it */
  pricesOf(provider: string, model: string): FoundPrices {
    const { onMissing, onStale, staleAfterDays, now } = this.#options;
    const where = `PriceBook: ${provider}/${model}`;
    const found = this.find(provider, model);
    if (found === undefined) {
      const note = `${where}: no price, expected an entry`;
      if (onMissing === "error") throw new ProviderError("price", note, { provider, model });
      return { prices: undefined, notes: [note] };
    }
    const { asOf } = found.prices;
    const ageDays = Math.floor((now() - Date.parse(`${asOf}T00:00:00Z`)) / dayMs);
    // east of Greenwich the day begins up to 14 hours before it does in UTC
    if (ageDays >= -1 && ageDays <= staleAfterDays) return { prices: found.prices, notes: [] };
    const age = ageDays < 0 ? `${-ageDays} days ahead` : `${ageDays} days old`;
    const note = `${where}: prices of ${asOf}, ${age}, expected at most ${staleAfterDays} days old`;
    if (onStale === "error") throw new ProviderError("price", note, { provider, model });
    return { prices: found.prices, notes: [note] };
  }

  /** The cost of a call to a model; see `costOfCall`. @throws ProviderError "price" where the options ask for it */
  costOf(provider: string, model: string, usage: Usage): CallCost {
    if (usage.reportedCostUsd !== undefined) return costOfCall(usage, undefined);
    const { prices, notes } = this.pricesOf(provider, model);
    const cost = costOfCall(usage, prices);
    return { ...cost, notes: [...notes, ...cost.notes] };
  }
}

function assertEntry(where: string, entry: unknown): asserts entry is PricedModel {
  if (typeof entry !== "object" || entry === null) throw invalidArgument(where, entry, "a model with its prices");
  const { provider, model, prices } = entry as Partial<Record<keyof PricedModel, unknown>>;
  for (const [name, value] of Object.entries({ provider, model })) {
    if (typeof value !== "string" || value === "") throw invalidArgument(`${where}.${name}`, value, "a name");
  }
  if (typeof prices !== "object" || prices === null) throw invalidArgument(`${where}.prices`, prices, "prices");
}

function keyOf(provider: string, model: string): string {
  return `${provider}\n${model}`;
}
