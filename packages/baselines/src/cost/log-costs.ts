import { columnMeans } from "../labels/column-means.js";
import { leastCostUsd } from "./mean-cost.js";

/** A call at a thousandth of the model's mean cost counts as that: a cached, nearly free call is no outlier to fit. */
const leastShareOfMean = 1e-3;

/**
 * Natural logarithms of (R, N) costs in USD, NaN where unknown; a cost of zero counts as a thousandth of the model's
 * mean, or as a nano-dollar where all its calls were free.
 */
export function logCosts(costs: Float64Array, models: number): Float32Array {
  const means = columnMeans(costs, models);
  const logs = new Float32Array(costs.length);
  for (let i = 0; i < costs.length; i++) {
    const least = Math.max(leastCostUsd, leastShareOfMean * means[i % models]);
    logs[i] = Math.log(Math.max(costs[i], least));
  }
  return logs;
}
