import type { CostQualityPoint } from "../../curve/cost-quality-point.js";
import { qualityAtCost } from "../../curve/polyline.js";
import type { Scale } from "./scale.js";

/** Pixels between two points of a line that is straight in cost and curved on a log axis. */
const step = 5;

/** Costs from `fromUsd` to the right edge, at every vertex and every few pixels. */
export function costsAlong(vertices: readonly CostQualityPoint[], x: Scale, fromUsd: number): number[] {
  const [from, to] = [Math.max(fromUsd, x.domain[0]), x.domain[1]];
  const costs = vertices.map(({ costUsd }) => costUsd).filter((cost) => cost > from && cost < to);
  for (let at = x(from) + step; at < x.range[1]; at += step) costs.push(x.invert(at));
  return [from, ...costs.sort((a, b) => a - b), to];
}

/** A hull as pixels, flat to the right edge. */
export function hullPixels(hull: readonly CostQualityPoint[], x: Scale, y: Scale): [number, number][] {
  return costsAlong(hull, x, hull[0].costUsd).map((cost) => [x(cost), y(qualityAtCost(hull, cost))]);
}
