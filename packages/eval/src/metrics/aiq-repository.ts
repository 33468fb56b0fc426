import { costQualityHull } from "../curve/cost-quality-hull.js";
import { assertPoints, type CostQualityPoint } from "../curve/cost-quality-point.js";
import { meanOverCost, qualityAtCost } from "../curve/polyline.js";

/**
 * AIQ as RouterBench's repository computes it, which is not the formula of its paper.
 *
 *     AIQ_i = 1/x_max · ∫ h_i(x) dx   from x_i to x_max
 *
 * h_i is the non-decreasing concave hull of router i's own points, x_i the cost of its cheapest one, and x_max the highest
 * cost at which *any* router of the set still reaches its own best quality. So the area left of x_i counts as zero quality,
 * the cheapest model is not offered to everybody, and adding a router to the set changes the value of all others. A router
 * with one point counts as flat from there on.
 *
 * Where two points share the lowest or highest cost, the repository's result depends on the order of an unstable sort; the
 * better one is taken here.
 *
 * @param routers the points of every router of the set
 * @returns one value a router; 0 where nothing costs anything
 * @throws OneheadError "invalid-argument" for a router without points or with one that is not usable
 * Source: withmartian/routerbench, evaluation/AIQ.py at 30e0925, `calc_AIQ`
 */
export function aiqRepository(routers: readonly (readonly CostQualityPoint[])[]): number[] {
  for (const points of routers) assertPoints("aiqRepository", points);
  const maxCostUsd = Math.max(0, ...routers.map(plateauEndUsd));
  return routers.map((points) => {
    const hull = costQualityHull(points);
    const from = hull[0].costUsd;
    if (from >= maxCostUsd) return 0;
    return (meanOverCost(hull, from, maxCostUsd, "linear") * (maxCostUsd - from)) / maxCostUsd;
  });
}

/** Highest cost among the points of best quality: the repository keeps a plateau's right end. */
function plateauEndUsd(points: readonly CostQualityPoint[]): number {
  const best = qualityAtCost(costQualityHull(points), Number.POSITIVE_INFINITY);
  return Math.max(...points.filter(({ quality }) => quality === best).map(({ costUsd }) => costUsd));
}
