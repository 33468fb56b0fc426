import { type ChoiceRuns, runAt } from "../replay/choice-runs.js";
import { costQualityCurve } from "../replay/cost-quality-curve.js";
import type { Replay } from "../replay/replay.js";

/** What one decade of λ moves. */
export interface DecadeStep {
  /** USD, the lower end; the upper end is ten times as much. */
  fromLambdaUsd: number;
  /** Share of prompts whose model differs between the two ends. */
  changedChoices: number;
  /** Mean cost at the upper end over that at the lower; null where nothing is paid at the lower. */
  costFactor: number | null;
  /** Mean quality at the upper end less that at the lower. */
  qualityGain: number;
}

/**
 * How a router's choices move with the preference: every decade of the sweep's finite λ > 0.
 *
 * A knob is easy to set where it changes little a decade over many decades, and hard where all of its effect lies in one.
 * A reward that trades at another λ shifts the steps, so compare their heights and widths, not their places.
 *
 * @param replay with at least one complete row; decades need a λ ten times another (to a millionth), as `lambdaGrid` has
 * Source: our definition
 */
export function preferenceSensitivity(replay: Replay, runs: ChoiceRuns): DecadeStep[] {
  const { lambdasUsd } = replay;
  const points = costQualityCurve(replay, runs);
  const steps: DecadeStep[] = [];
  for (let from = nextFinite(lambdasUsd, 0); from < lambdasUsd.length; ) {
    const to = lambdasUsd.findIndex((lambda) => Math.abs(lambda / (10 * lambdasUsd[from]) - 1) < 1e-6);
    if (to < 0) break;
    steps.push({
      fromLambdaUsd: lambdasUsd[from],
      changedChoices: changedShare(runs, from, to),
      costFactor: points[from].costUsd > 0 ? points[to].costUsd / points[from].costUsd : null,
      qualityGain: points[to].quality - points[from].quality,
    });
    from = to;
  }
  return steps;
}

function nextFinite(lambdasUsd: Float64Array, from: number): number {
  const found = lambdasUsd.findIndex((lambda, l) => l >= from && lambda > 0 && Number.isFinite(lambda));
  return found < 0 ? lambdasUsd.length : found;
}

function changedShare(runs: ChoiceRuns, from: number, to: number): number {
  const rows = runs.rowStart.length - 1;
  let changed = 0;
  for (let row = 0; row < rows; row++) {
    if (runs.model[runAt(runs, row, from)] !== runs.model[runAt(runs, row, to)]) changed++;
  }
  return changed / rows;
}
