import type { CostQualityPoint } from "./cost-quality-point.js";

/**
 * Vertices of the upper concave, non-decreasing hull of points, by rising cost.
 *
 * The hull is the least function h ≥ all points that is concave and non-decreasing in cost: what a user reaches who may
 * also mix two settings at random, and need not spend what is in hand. RouterBench calls it the non-decreasing convex hull.
 * Vertices rise strictly in cost and in quality; slopes fall strictly. Right of the last vertex h is flat; left of the
 * first it is not defined.
 *
 * @param points finite, in any order; not changed
 * @returns the points themselves, not copies; none for none
 * Source: RouterBench (arXiv 2403.12031), section 3.1; Andrew's monotone chain
 */
export function costQualityHull<Point extends CostQualityPoint>(points: readonly Point[]): Point[] {
  const byCost = [...points].sort((a, b) => a.costUsd - b.costUsd || b.quality - a.quality);
  const hull: Point[] = [];
  for (const point of byCost) {
    // money that buys no quality never makes a vertex
    if (hull.length > 0 && point.quality <= hull[hull.length - 1].quality) continue;
    while (hull.length > 1 && !turnsRight(hull[hull.length - 2], hull[hull.length - 1], point)) hull.pop();
    hull.push(point);
  }
  return hull;
}

/** Whether the middle point lies above the line from the left to the right one. */
function turnsRight(left: CostQualityPoint, middle: CostQualityPoint, right: CostQualityPoint): boolean {
  const rise = (middle.quality - left.quality) * (right.costUsd - left.costUsd);
  return rise > (right.quality - left.quality) * (middle.costUsd - left.costUsd);
}
