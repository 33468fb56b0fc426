import type { Prices } from "../artifact/manifest.js";
import { invalidArgument } from "../errors/invalid-argument.js";

/** @param where `<function>: <field>`. @throws OneheadError "invalid-argument" unless both prices are finite and at least 0 */
export function assertPrices(where: string, prices: unknown): asserts prices is Prices {
  if (typeof prices !== "object" || prices === null) {
    throw invalidArgument(where, prices, "an object");
  }
  for (const field of ["inputUsdPerMillionTokens", "outputUsdPerMillionTokens"] as const) {
    const value: unknown = (prices as Prices)[field];
    if (typeof value === "number" && value >= 0 && value < Number.POSITIVE_INFINITY) continue;
    throw invalidArgument(`${where}.${field}`, value, "a number of at least 0");
  }
}
