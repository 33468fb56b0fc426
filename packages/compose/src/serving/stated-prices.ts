import type { ModelPrices } from "@onehead/provider";
import type { RoutingSettings } from "./engine-settings.js";

type StatedPrice = NonNullable<RoutingSettings["prices"]>[string];

/**
 * The prices of a candidate as the configuration states them: in the place of those that lists or the artifact have, or as a multiple
 * of them.
 */
export function statedPrices(
  known: ModelPrices | undefined,
  stated: StatedPrice | undefined,
  asOf: string,
): ModelPrices | undefined {
  if (stated === undefined) return known;
  if ("factor" in stated) return known === undefined ? undefined : times(known, stated.factor);
  const { inputUsdPerMillionTokens, outputUsdPerMillionTokens } = stated;
  return { inputUsdPerMillionTokens, outputUsdPerMillionTokens, source: "the configuration", asOf };
}

/** Every amount of the prices, those of long input included, times the factor. */
function times<T extends object>(prices: T, factor: number): T {
  const entries = Object.entries(prices).map(([name, value]) => {
    if (name === "longInput" && Array.isArray(value)) return [name, value.map((tier) => times(tier, factor))];
    return [name, typeof value === "number" && /Usd/.test(name) ? value * factor : value];
  });
  return Object.fromEntries(entries) as T;
}
