import type { CostQualityPoint } from "../curve/cost-quality-point.js";
import type { ChoiceRuns } from "./choice-runs.js";
import type { Replay } from "./replay.js";

/** What changes in a row's quality and cost where its choice changes: curves are running sums of these. */
export interface RunDeltas {
  /** (R + 1) as in {@link ChoiceRuns}. */
  rowStart: Uint32Array;
  setting: Uint16Array;
  /** Score of the run's model less that of the run before (less 0 for a row's first run). */
  qualityDelta: Float64Array;
  /** USD, likewise. */
  costDelta: Float64Array;
}

/** Joins a router's choices with the truth of the same rows. */
export function toRunDeltas(replay: Pick<Replay, "models" | "scores" | "costsUsd">, runs: ChoiceRuns): RunDeltas {
  const N = replay.models.length;
  const qualityDelta = new Float64Array(runs.model.length);
  const costDelta = new Float64Array(runs.model.length);
  for (let row = 0; row + 1 < runs.rowStart.length; row++) {
    let quality = 0;
    let cost = 0;
    for (let run = runs.rowStart[row]; run < runs.rowStart[row + 1]; run++) {
      const cell = row * N + runs.model[run];
      qualityDelta[run] = replay.scores[cell] - quality;
      costDelta[run] = replay.costsUsd[cell] - cost;
      quality = replay.scores[cell];
      cost = replay.costsUsd[cell];
    }
  }
  return { rowStart: runs.rowStart, setting: runs.setting, qualityDelta, costDelta };
}

/**
 * The curve of a router on weighted rows: incurred mean cost and mean score at each λ.
 *
 *     q_l = Σ_r w_r s_r(choice of r at λ_l) / Σ_r w_r,   c_l likewise
 *
 * @param points  (L) overwritten
 * @param weights (R) at least one above 0; how often each row was drawn
 */
export function weightedCurve(points: CostQualityPoint[], deltas: RunDeltas, weights: ArrayLike<number>): void {
  const { rowStart, setting, qualityDelta, costDelta } = deltas;
  const settings = points.length;
  const quality = new Float64Array(settings);
  const cost = new Float64Array(settings);
  const rows = rowStart.length - 1;
  let total = 0;
  for (let row = 0; row < rows; row++) {
    const weight = weights[row];
    if (weight === 0) continue;
    total += weight;
    const end = rowStart[row + 1];
    for (let run = rowStart[row]; run < end; run++) {
      const at = setting[run];
      quality[at] += weight * qualityDelta[run];
      cost[at] += weight * costDelta[run];
    }
  }
  let qualitySum = 0;
  let costSum = 0;
  for (let l = 0; l < settings; l++) {
    qualitySum += quality[l];
    costSum += cost[l];
    points[l].quality = qualitySum / total;
    // the running sum of differences may end a rounding error below zero
    points[l].costUsd = Math.max(0, costSum / total);
  }
}

/** The curve of a router on all complete rows of a replay, one point a λ; there is at least one row. */
export function costQualityCurve(replay: Replay, runs: ChoiceRuns): CostQualityPoint[] {
  const points = emptyCurve(replay.lambdasUsd.length);
  weightedCurve(points, toRunDeltas(replay, runs), new Uint8Array(replay.completeRows).fill(1));
  return points;
}

/** L points to be overwritten. */
export function emptyCurve(settings: number): CostQualityPoint[] {
  return Array.from({ length: settings }, () => ({ costUsd: 0, quality: 0 }));
}
