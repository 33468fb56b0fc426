import { OneheadError } from "@onehead/core";
import { costQualityHull } from "../curve/cost-quality-hull.js";
import { assertPoints, type CostQualityPoint } from "../curve/cost-quality-point.js";
import { meanOverCost, qualityAtCost } from "../curve/polyline.js";
import { assertCostRange, type CostRange } from "./aiq.js";

/**
 * AIQ without hindsight: which settings make up the hull is decided on validation rows, what they yield is measured on
 * the test rows.
 *
 *     V  = λ whose validation points are vertices of the validation hull
 *     AIQ = mean over [c_min, c_max] of the polyline through the *test* points of V, by rising test cost
 *
 * The cheapest model closes the polyline on the left where no setting of V is as cheap; it is flat to the right. The
 * hull of the test points themselves knows which λ were lucky: that is worth .3 to 1 % AIQ.
 *
 * @param validation points of a router at each λ, on validation rows
 * @param test       the same λ in the same order, on test rows
 * @param range      of the test rows
 * @throws OneheadError "invalid-argument" as `aiq`, and when the two sweeps differ in length
 * Source: our definition
 */
export function aiqHeldOut(
  validation: readonly CostQualityPoint[],
  test: readonly CostQualityPoint[],
  range: CostRange,
): number {
  assertCostRange("aiqHeldOut", range);
  assertPoints("aiqHeldOut", validation);
  assertPoints("aiqHeldOut", [range.cheapestPoint, ...test]);
  if (validation.length !== test.length) {
    const found = `${test.length} points for ${validation.length}`;
    throw new OneheadError("invalid-argument", `aiqHeldOut: the sweeps differ: ${found}, expected one test point each`);
  }
  const setting = new Map(validation.map((point, index) => [point, index]));
  const chosen = costQualityHull(validation).map((vertex) => test[setting.get(vertex)!]);
  chosen.sort((a, b) => a.costUsd - b.costUsd || a.quality - b.quality);
  if (chosen[0].costUsd > range.minCostUsd) chosen.unshift(range.cheapestPoint);
  if (range.minCostUsd === range.maxCostUsd) return qualityAtCost(chosen, range.minCostUsd);
  return meanOverCost(chosen, range.minCostUsd, range.maxCostUsd, "linear");
}
