import type { ChoiceRuns } from "../replay/choice-runs.js";
import type { Replay } from "../replay/replay.js";

/** A cost counts as right within so much of the incurred one, and two standard errors of the difference. */
const costTolerance = 0.05;

/** What a router said of the rows that it chose, against what it got and paid for them. */
export interface PredictedIncurred {
  /** Mean over λ of predicted less incurred mean quality: above 0, the router is optimistic about its own choices. */
  optimism: number;
  /** Mean over λ of |predicted − incurred| / incurred mean cost; null where nothing is paid at any λ. */
  costError: number | null;
  /** Share of λ at which |predicted − incurred| ≤ 5 % of the incurred mean cost + 2 standard errors; null likewise. */
  costWithin: number | null;
  /** (L). */
  settings: PredictedIncurredSetting[];
}

/** Means over the complete rows at one λ. */
export interface PredictedIncurredSetting {
  predictedQuality: number;
  incurredQuality: number;
  predictedCostUsd: number;
  incurredCostUsd: number;
  /** Of predicted less incurred mean cost, from its spread over the rows; 0 for one row. */
  costStandardErrorUsd: number;
}

/**
 * Compares predictions and outcomes of the *chosen* (prompt, model) pairs at every λ, on the complete rows of a replay.
 *
 * A maximum over noisy predictions is optimistic even where each of them is calibrated (the winner's curse): pooled
 * calibration cannot show it. Settings at which nothing is paid have no relative cost error and are left out of it.
 *
 * @param replay with at least one complete row
 * Source: our definition
 */
export function predictedIncurred(replay: Replay, runs: ChoiceRuns): PredictedIncurred {
  const settings = settingMeans(replay, runs);
  let optimism = 0;
  let errors = 0;
  let within = 0;
  let paid = 0;
  // what running sums leave of a cost of 0
  const nothing = 1e-12 * Math.max(...settings.map(({ incurredCostUsd }) => incurredCostUsd));
  for (const { predictedQuality, incurredQuality, predictedCostUsd, incurredCostUsd, ...own } of settings) {
    optimism += (predictedQuality - incurredQuality) / settings.length;
    if (incurredCostUsd <= nothing) continue;
    const error = Math.abs(predictedCostUsd - incurredCostUsd);
    paid++;
    errors += error / incurredCostUsd;
    if (error <= costTolerance * incurredCostUsd + 2 * own.costStandardErrorUsd) within++;
  }
  return {
    optimism,
    costError: paid > 0 ? errors / paid : null,
    costWithin: paid > 0 ? within / paid : null,
    settings,
  };
}

/** Running sums over λ: a run adds its values where it starts and takes off those of the run before. */
function settingMeans(replay: Replay, runs: ChoiceRuns): PredictedIncurredSetting[] {
  const { rowStart, setting, model, predictedQuality, predictedCostUsd } = runs;
  const { scores, costsUsd, completeRows: C } = replay;
  const N = replay.models.length;
  const L = replay.lambdasUsd.length;
  const width = 5;
  const changes = new Float64Array(L * width);
  const held = new Float64Array(width);
  const values = new Float64Array(width);
  for (let row = 0; row < C; row++) {
    held.fill(0);
    for (let run = rowStart[row]; run < rowStart[row + 1]; run++) {
      const cell = row * N + model[run];
      const miss = predictedCostUsd[run] - costsUsd[cell];
      values[0] = predictedQuality[run];
      values[1] = scores[cell];
      values[2] = predictedCostUsd[run];
      values[3] = costsUsd[cell];
      values[4] = miss * miss;
      for (let i = 0; i < width; i++) changes[setting[run] * width + i] += values[i] - held[i];
      held.set(values);
    }
  }
  const sums = new Float64Array(width);
  return Array.from({ length: L }, (_, l) => {
    for (let i = 0; i < width; i++) sums[i] += changes[l * width + i];
    const meanMiss = (sums[2] - sums[3]) / C;
    // the running sums may end a rounding error below zero
    const variance = Math.max(0, sums[4] - C * meanMiss * meanMiss) / Math.max(1, C - 1);
    return {
      predictedQuality: sums[0] / C,
      incurredQuality: sums[1] / C,
      predictedCostUsd: Math.max(0, sums[2] / C),
      incurredCostUsd: Math.max(0, sums[3] / C),
      costStandardErrorUsd: Math.sqrt(variance / C),
    };
  });
}
