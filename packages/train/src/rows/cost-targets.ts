import type { RowTable } from "@onehead/data";
import { inferPrices, type TokenPrices } from "../prices/infer-prices.js";

/** What the cost head learns for each model. */
export interface CostTargets {
  /** (M) "tokens": log output tokens, priced afterwards; "usd": log USD. */
  kinds: Array<"tokens" | "usd">;
  /** (M) prices given or inferred; null where there are none. */
  prices: Array<TokenPrices | null>;
  /** (R, M) targets, NaN where unknown. */
  targets: Float32Array;
}

// a free call or an empty answer has no logarithm
const leastUsd = 1e-9;
const leastTokens = 1;

/**
 * Chooses for every model whether its cost is learnt as output tokens or as USD.
 *
 * Tokens where the rows record them and a list price is given or can be inferred from the recorded costs: a price change
 * then needs no retraining. USD where only USD are recorded. A model without any recorded cost but with a given price
 * also counts in tokens: it gets the other models' answer lengths, where any of them is known. One without both, or with tokens
 * and no price, stays unpriced and is never chosen until a price is given when it is served.
 *
 * @param prices list prices by model; they win over inferred ones
 * @param fitted the rows of `table` that may be looked at for that choice, as a table
 */
export function costTargets(
  table: RowTable,
  prices: Readonly<Record<string, TokenPrices>>,
  fitted: RowTable = table,
): CostTargets {
  const M = table.models.length;
  const R = table.ids.length;
  const result: CostTargets = { kinds: [], prices: [], targets: new Float32Array(R * M).fill(Number.NaN) };
  for (let m = 0; m < M; m++) {
    const name = table.models[m];
    const price = Object.hasOwn(prices, name) ? prices[name] : inferPrices(fitted, m);
    const recordsCosts = hasEntry(fitted.costs, m, M);
    const withTokens = (price !== null && hasEntry(fitted.outputTokens, m, M)) || !recordsCosts;
    result.kinds.push(withTokens ? "tokens" : "usd");
    result.prices.push(price);
    for (let r = 0; r < R; r++) {
      const recorded = withTokens ? table.outputTokens[r * M + m] : table.costs[r * M + m];
      if (Number.isNaN(recorded)) continue;
      result.targets[r * M + m] = Math.log(Math.max(recorded, withTokens ? leastTokens : leastUsd));
    }
  }
  // a length that nobody recorded prices nothing
  const lengthsKnown = result.kinds.some((kind, m) => kind === "tokens" && hasEntry(fitted.outputTokens, m, M));
  if (!lengthsKnown) result.prices = result.prices.map((price, m) => (result.kinds[m] === "tokens" ? null : price));
  return result;
}

/** True when column `m` of a (·, M) matrix has a known entry. */
function hasEntry(values: Float64Array, m: number, M: number): boolean {
  for (let i = m; i < values.length; i += M) if (!Number.isNaN(values[i])) return true;
  return false;
}
