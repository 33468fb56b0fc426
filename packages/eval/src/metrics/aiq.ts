import { OneheadError } from "@onehead/core";
import { costQualityHull } from "../curve/cost-quality-hull.js";
import { assertPoints, type CostQualityPoint } from "../curve/cost-quality-point.js";
import { meanOverCost, qualityAtCost } from "../curve/polyline.js";

/** The part of the cost axis over which qualities are averaged: the same for every router of a pool. */
export interface CostRange {
  /** Mean cost of the cheapest single model on the rows. */
  minCostUsd: number;
  /** Mean cost of the dearest. */
  maxCostUsd: number;
  /** The cheapest single model, always within reach: it closes the curve on the left. Its cost is at most `minCostUsd`. */
  cheapestPoint: CostQualityPoint;
}

/**
 * Average improvement in quality: the mean height of the hull between the cheapest and the dearest single model.
 *
 *     AIQ = 1/(c_max − c_min) · ∫ h(c) dc   from c_min to c_max,   h = hull of points ∪ {cheapest model}
 *
 * Where c_min = c_max (one model, or equal prices) the mean over nothing is its limit h(c_min).
 *
 * @param points (cost, quality) of a router at each λ, in any order; may be empty: the cheapest model alone
 * @throws OneheadError "invalid-argument" for a point or a range that is not usable
 * Source: RouterBench (arXiv 2403.12031), section 3.1. Its repository computes something else: `aiqRepository`.
 */
export function aiq(points: readonly CostQualityPoint[], range: CostRange): number {
  assertCostRange("aiq", range);
  return hullMean("aiq", points, range, "linear");
}

/**
 * AIQ with money counted in factors: the hull of {@link aiq}, integrated over log cost.
 *
 *     logAIQ = 1/ln(c_max/c_min) · ∫ h(c) dc/c   from c_min to c_max
 *
 * The hull is taken over linear cost, because mixtures are linear in it. Where half of the range of {@link aiq} lies
 * between the two dearest models, here a halving of cost weighs the same everywhere.
 *
 * @throws OneheadError "invalid-argument" as {@link aiq}, and when c_min is 0: a free model is infinitely far left
 * Source: our definition
 */
export function logAiq(points: readonly CostQualityPoint[], range: CostRange): number {
  assertCostRange("logAiq", range);
  if (range.minCostUsd === 0) {
    throw new OneheadError("invalid-argument", "logAiq: minCostUsd has no logarithm: 0, expected a cost above 0");
  }
  return hullMean("logAiq", points, range, "log");
}

function hullMean(
  operation: string,
  points: readonly CostQualityPoint[],
  range: CostRange,
  axis: "linear" | "log",
): number {
  const reachable = [range.cheapestPoint, ...points];
  assertPoints(operation, reachable);
  const hull = costQualityHull(reachable);
  if (range.minCostUsd === range.maxCostUsd) return qualityAtCost(hull, range.minCostUsd);
  return meanOverCost(hull, range.minCostUsd, range.maxCostUsd, axis);
}

/** @throws OneheadError "invalid-argument" unless 0 ≤ cheapest point's cost ≤ min ≤ max, all finite */
export function assertCostRange(operation: string, { minCostUsd, maxCostUsd, cheapestPoint }: CostRange): void {
  if (typeof cheapestPoint !== "object" || cheapestPoint === null) {
    const found = `range.cheapestPoint: ${String(cheapestPoint)}`;
    throw new OneheadError("invalid-argument", `${operation}: ${found}, expected a point of cost and quality`);
  }
  const ordered = cheapestPoint.costUsd <= minCostUsd && minCostUsd <= maxCostUsd;
  if (ordered && cheapestPoint.costUsd >= 0 && Number.isFinite(maxCostUsd)) return;
  const found = `cheapest ${cheapestPoint.costUsd}, min ${minCostUsd}, max ${maxCostUsd}`;
  throw new OneheadError("invalid-argument", `${operation}: range is not in order: ${found}, expected rising costs`);
}
