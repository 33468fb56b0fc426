import type { CostQualityPoint } from "../curve/cost-quality-point.js";
import type { CostRange } from "../metrics/aiq.js";
import type { Replay } from "./replay.js";

/**
 * Mean cost and score of every model, were it asked always.
 *
 * @param weights (C) how often each complete row counts; at least one above 0; all once unless given
 */
export function singleModelPoints(
  replay: Pick<Replay, "models" | "scores" | "costsUsd">,
  weights?: ArrayLike<number>,
): CostQualityPoint[] {
  const { scores, costsUsd } = replay;
  const N = replay.models.length;
  const quality = new Float64Array(N);
  const cost = new Float64Array(N);
  const rows = scores.length / N;
  let total = 0;
  for (let row = 0; row < rows; row++) {
    const weight = weights === undefined ? 1 : weights[row];
    if (weight === 0) continue;
    total += weight;
    for (let m = 0; m < N; m++) {
      quality[m] += weight * scores[row * N + m];
      cost[m] += weight * costsUsd[row * N + m];
    }
  }
  return Array.from({ length: N }, (_, m) => ({ costUsd: cost[m] / total, quality: quality[m] / total }));
}

/** The cost axis of a pool: cheapest and dearest model; of equally cheap ones the better is the point on the left. */
export function costRangeOf(models: readonly CostQualityPoint[]): CostRange {
  let cheapestPoint = models[0];
  let maxCostUsd = models[0].costUsd;
  for (const point of models) {
    const cheaper = point.costUsd < cheapestPoint.costUsd;
    if (cheaper || (point.costUsd === cheapestPoint.costUsd && point.quality > cheapestPoint.quality)) {
      cheapestPoint = point;
    }
    maxCostUsd = Math.max(maxCostUsd, point.costUsd);
  }
  return { minCostUsd: cheapestPoint.costUsd, maxCostUsd, cheapestPoint };
}

/** The router that takes every model equally often, in expectation: the mean of all models' points. */
export function randomMixPoint(models: readonly CostQualityPoint[]): CostQualityPoint {
  let costUsd = 0;
  let quality = 0;
  for (const point of models) {
    costUsd += point.costUsd / models.length;
    quality += point.quality / models.length;
  }
  return { costUsd, quality };
}
