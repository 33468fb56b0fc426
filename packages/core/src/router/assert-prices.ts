import type { Prices } from "../artifact/manifest.js";
import { assertNumber, assertObject } from "../errors/invalid-argument.js";

/** @param where `<function>: <field>`. @throws OneheadError "invalid-argument" unless both prices are finite and at least 0 */
export function assertPrices(where: string, prices: unknown): asserts prices is Prices {
  assertObject(where, prices);
  for (const field of ["inputUsdPerMillionTokens", "outputUsdPerMillionTokens"] as const) {
    assertNumber(`${where}.${field}`, (prices as Prices)[field]);
  }
}
