import { OneheadError } from "@onehead/core";
import type { TokenPrices } from "./infer-prices.js";

/**
 * Refuses list prices that are no prices, before anything is trained on them.
 *
 * @throws OneheadError "unknown-model" for a model that the rows do not have, "invalid-argument" for anything but
 *   finite numbers of at least 0
 */
export function assertPrices(prices: Readonly<Record<string, TokenPrices>>, models: readonly string[]): void {
  for (const [model, price] of Object.entries(prices)) {
    const field = `train: prices[${JSON.stringify(model)}]`;
    if (!models.includes(model)) {
      throw new OneheadError("unknown-model", `${field}: no row has this model, expected one of ${models.join(", ")}`);
    }
    for (const name of ["inputUsdPerMillionTokens", "outputUsdPerMillionTokens"] as const) {
      const value: unknown = price?.[name];
      if (typeof value === "number" && Number.isFinite(value) && value >= 0) continue;
      const found = `${field}.${name}: ${String(value)}`;
      throw new OneheadError("invalid-argument", `${found}, expected a number of at least 0`);
    }
  }
}
