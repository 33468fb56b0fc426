import { assertPoints, type CostQualityPoint } from "../curve/cost-quality-point.js";

/**
 * Index of the point of highest quality; ties go to the cheaper one, then to the first.
 *
 * On the test rows it names the maximum performance in hindsight, on validation rows the setting to measure on test rows.
 *
 * @throws OneheadError "invalid-argument" for points that are not usable
 */
export function bestSetting(points: readonly CostQualityPoint[]): number {
  assertPoints("bestSetting", points);
  let best = 0;
  for (const [index, { costUsd, quality }] of points.entries()) {
    const held = points[best];
    if (quality > held.quality || (quality === held.quality && costUsd < held.costUsd)) best = index;
  }
  return best;
}
