import type { CostQualityPoint } from "./cost-quality-point.js";

/**
 * Value at `costUsd` of the polyline through points of rising cost, flat to the right of the last.
 *
 * @returns NaN left of the first point
 */
export function qualityAtCost(polyline: readonly CostQualityPoint[], costUsd: number): number {
  const last = polyline[polyline.length - 1];
  if (costUsd >= last.costUsd) return last.quality;
  const right = polyline.findIndex((point) => point.costUsd > costUsd);
  if (right === 0) return Number.NaN;
  return between(polyline[right - 1], polyline[right], costUsd);
}

/**
 * Least cost at which a non-decreasing polyline reaches `quality`: the inverse of {@link qualityAtCost}.
 *
 * @returns null where it never does
 */
export function costAtQuality(polyline: readonly CostQualityPoint[], quality: number): number | null {
  const right = polyline.findIndex((point) => point.quality >= quality);
  if (right < 0) return null;
  const reached = polyline[right];
  if (right === 0) return reached.costUsd;
  const left = polyline[right - 1];
  const share = (quality - left.quality) / (reached.quality - left.quality);
  return left.costUsd + share * (reached.costUsd - left.costUsd);
}

/**
 * Mean of a polyline over [fromUsd, toUsd], weighted evenly over cost or over log cost, exactly.
 *
 * With y(c) = y₁ + (y₂ − y₁)(c − c₁)/(c₂ − c₁) on a piece and r = (c₂ − c₁)/c₁:
 *
 *     linear  ∫ y dc    = (c₂ − c₁)(y₁ + y₂)/2
 *     log     ∫ y dc/c  = y₁ ln(1 + r) + (y₂ − y₁)(1 − ln(1 + r)/r)
 *
 * The first divides by toUsd − fromUsd, the second by ln(toUsd/fromUsd). The second form is a·ln(c₂/c₁) + b(c₂ − c₁) for
 * y = a + bc, written so that nothing cancels on short pieces.
 *
 * @param polyline by rising cost, its first point at or left of `fromUsd`; flat to the right of the last
 * @param fromUsd  above 0 when `axis` is "log"; below `toUsd`
 */
export function meanOverCost(
  polyline: readonly CostQualityPoint[],
  fromUsd: number,
  toUsd: number,
  axis: "linear" | "log",
): number {
  const inside = polyline.filter(({ costUsd }) => costUsd > fromUsd && costUsd < toUsd);
  let area = 0;
  let left: CostQualityPoint = { costUsd: fromUsd, quality: qualityAtCost(polyline, fromUsd) };
  for (const right of [...inside, { costUsd: toUsd, quality: qualityAtCost(polyline, toUsd) }]) {
    area += axis === "linear" ? linearArea(left, right) : logArea(left, right);
    left = right;
  }
  return area / (axis === "linear" ? toUsd - fromUsd : Math.log(toUsd / fromUsd));
}

function between(left: CostQualityPoint, right: CostQualityPoint, costUsd: number): number {
  const share = (costUsd - left.costUsd) / (right.costUsd - left.costUsd);
  return left.quality + share * (right.quality - left.quality);
}

function linearArea(left: CostQualityPoint, right: CostQualityPoint): number {
  return ((right.costUsd - left.costUsd) * (left.quality + right.quality)) / 2;
}

function logArea(left: CostQualityPoint, right: CostQualityPoint): number {
  const growth = (right.costUsd - left.costUsd) / left.costUsd;
  // a piece between equal costs has no width
  if (growth === 0) return 0;
  const logWidth = Math.log1p(growth);
  return left.quality * logWidth + (right.quality - left.quality) * (1 - logWidth / growth);
}
