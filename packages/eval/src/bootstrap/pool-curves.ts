import { costQualityHull } from "../curve/cost-quality-hull.js";
import type { CostQualityPoint } from "../curve/cost-quality-point.js";
import { aiq, logAiq } from "../metrics/aiq.js";
import { emptyCurve, type RunDeltas, toRunDeltas, weightedCurve } from "../replay/cost-quality-curve.js";
import type { Replay } from "../replay/replay.js";
import { costRangeOf, randomMixPoint, singleModelPoints } from "../replay/single-models.js";

/** AIQ of everything a replay can be asked about, in the order of {@link entryIds}. */
export interface EntryValues {
  aiq: Float64Array;
  /** NaN where the cheapest model is free. */
  logAiq: Float64Array;
}

/** Ids of a replay's entries: its routers, "oracle", "zero", "random", then "single:<model>" for each model. */
export function entryIds(replay: Pick<Replay, "models" | "routers">): string[] {
  const routers = replay.routers.map(({ id }) => id);
  return [...routers, "oracle", "zero", "random", ...replay.models.map((model) => `single:${model}`)];
}

/** Computes the curves of a replay's entries again and again under other weights of the rows. */
export class PoolCurves {
  readonly #replay: Replay;
  readonly #deltas: RunDeltas[];
  readonly #points: CostQualityPoint[][];

  /** @param replay with at least one complete row */
  constructor(replay: Replay) {
    this.#replay = replay;
    const choices = [...replay.routers.map((router) => router.choices), replay.oracle];
    this.#deltas = choices.map((runs) => toRunDeltas(replay, runs));
    this.#points = choices.map(() => emptyCurve(replay.lambdasUsd.length));
  }

  /**
   * Adds the values on weighted rows to sums, everything recomputed: curves, hulls, and the range of costs.
   *
   * @param weights (C)
   */
  addTo(sums: EntryValues, weights: ArrayLike<number>): void {
    const models = singleModelPoints(this.#replay, weights);
    const range = costRangeOf(models);
    for (const [k, deltas] of this.#deltas.entries()) weightedCurve(this.#points[k], deltas, weights);
    const entries = [...this.#points, models, [randomMixPoint(models)], ...models.map((point) => [point])];
    for (const [entry, points] of entries.entries()) {
      // one hull serves both figures: the hull of a hull and a point is that of all the points
      const hull = costQualityHull(points);
      sums.aiq[entry] += aiq(hull, range);
      sums.logAiq[entry] += range.minCostUsd > 0 ? logAiq(hull, range) : Number.NaN;
    }
  }
}
