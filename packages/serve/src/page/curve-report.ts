import { argmaxReward } from "@onehead/core";
import type { CurveReport } from "../api/page-api.js";
import type { CallRecord } from "../state/gateway-state.js";

/** λ of the curve: a fifth of a decade apart, from a ten-thousandth of a cent to ten dollars. */
const lambdasUsd = Array.from({ length: 36 }, (_, i) => 1e-6 * 10 ** (i / 5));

/**
 * The cost-quality curve over the prompts of routed calls, as predicted: for each λ the mean of what argmax (ŝ − ĉ/λ) would have taken,
 * and the mean of each candidate alone.
 */
export function curveReport(calls: readonly CallRecord[]): CurveReport {
  const routed = calls.filter(({ routed, ranking }) => routed && ranking.length > 0);
  const singles = new Map<string, { cost: number; quality: number; prompts: number }>();
  for (const { ranking } of routed) {
    for (const { model, predictedCostUsd, predictedQuality } of ranking) {
      const sums = singles.get(model) ?? { cost: 0, quality: 0, prompts: 0 };
      sums.cost += predictedCostUsd;
      sums.quality += predictedQuality;
      sums.prompts++;
      singles.set(model, sums);
    }
  }
  const chosen = routed.map(
    ({ ranking, model }) => ranking.find((candidate) => candidate.model === model) ?? ranking[0],
  );
  return {
    prompts: routed.length,
    router: routed.length === 0 ? [] : lambdasUsd.map((lambda) => pointAt(routed, lambda)),
    models: [...singles].map(([model, { cost, quality, prompts }]) => ({
      model,
      meanCostUsd: cost / prompts,
      meanQuality: quality / prompts,
    })),
    chosen: chosen.length === 0 ? null : meanOf(chosen),
  };
}

function pointAt(routed: readonly CallRecord[], willingnessToPayUsd: number): CurveReport["router"][number] {
  const taken = routed.map(({ ranking }) => {
    const quality = ranking.map(({ predictedQuality }) => predictedQuality);
    const costUsd = ranking.map(({ predictedCostUsd }) => predictedCostUsd);
    return ranking[
      argmaxReward({ reward: "linear", lambdaUsd: willingnessToPayUsd }, quality, costUsd, ranking.length)
    ];
  });
  return { willingnessToPayUsd, ...meanOf(taken) };
}

function meanOf(candidates: ReadonlyArray<{ predictedCostUsd: number; predictedQuality: number }>): {
  meanCostUsd: number;
  meanQuality: number;
} {
  const mean = (pick: (candidate: (typeof candidates)[number]) => number): number =>
    candidates.reduce((sum, candidate) => sum + pick(candidate), 0) / candidates.length;
  return {
    meanCostUsd: mean(({ predictedCostUsd }) => predictedCostUsd),
    meanQuality: mean(({ predictedQuality }) => predictedQuality),
  };
}
