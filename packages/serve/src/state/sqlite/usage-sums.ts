import { latencyBucketsMs, type SettledCall, type UsageBucket } from "../gateway-state.js";
import type { usageHours } from "./schema.js";

export type UsageColumn = Exclude<keyof typeof usageHours.$inferSelect, "startMs" | "model">;

/** What is added to the sums of an hour; columns that are left out get nothing. */
export type UsageDelta = Partial<Record<UsageColumn, number>>;

export const hourMs = 3_600_000;

export function hourOf(timeMs: number): number {
  return Math.floor(timeMs / hourMs) * hourMs;
}

/** What the roll-up needs of a call as it was opened. */
export interface PredictedCall {
  routed: boolean;
  predictedQuality: number | null;
  predictedCostUsd: number | null;
  bestPredictedCostUsd: number | null;
  familiarity: number | null;
}

/** What a call that was settled adds. */
export function settledUsage(opened: PredictedCall, call: SettledCall): UsageDelta {
  const answered = call.status === "answered";
  return {
    ...predictedUsage(opened),
    ...(answered && !call.cached && call.unresolvedTries === 0 ? comparedUsage(opened, call.costUsd) : {}),
    answered: Number(answered),
    failed: Number(call.status === "failed" || call.status === "broken"),
    cached: Number(call.cached),
    costUsd: call.costUsd ?? 0,
    unresolvedTries: call.unresolvedTries,
    unresolvedAtMostUsd: call.unresolvedAtMostUsd ?? 0,
    inputTokens: call.usage.inputTokens ?? 0,
    outputTokens: call.usage.outputTokens ?? 0,
    [latencyColumn(call.latencyMs)]: 1,
  };
}

/** What a call adds whose process ended before it did. */
export function unresolvedUsage(opened: PredictedCall, tries: number, atMostUsd: number | null): UsageDelta {
  return { ...predictedUsage(opened), unresolvedTries: tries, unresolvedAtMostUsd: atMostUsd ?? 0 };
}

function predictedUsage({ predictedQuality, familiarity }: PredictedCall): UsageDelta {
  return {
    calls: 1,
    predictedQualitySum: predictedQuality ?? 0,
    predictedQualityCalls: Number(predictedQuality !== null),
    familiaritySum: familiarity ?? 0,
    familiarityCalls: Number(familiarity !== null),
  };
}

function comparedUsage(opened: PredictedCall, costUsd: number | null): UsageDelta {
  const { routed, predictedCostUsd, bestPredictedCostUsd } = opened;
  if (!routed || costUsd === null || predictedCostUsd === null || bestPredictedCostUsd === null) return {};
  return {
    comparedCalls: 1,
    comparedCostUsd: costUsd,
    comparedPredictedCostUsd: predictedCostUsd,
    comparedBestPredictedCostUsd: bestPredictedCostUsd,
  };
}

export const latencyColumns = Array.from(
  { length: latencyBucketsMs.length + 1 },
  (_, i) => `latency${i}` as UsageColumn,
);

function latencyColumn(latencyMs: number): UsageColumn {
  const i = latencyBucketsMs.findIndex((bound) => latencyMs <= bound);
  return latencyColumns[i < 0 ? latencyBucketsMs.length : i]!;
}

/** A bucket of the interface, of summed columns. */
export function usageBucket(startMs: number, model: string, sums: Record<UsageColumn, number>): UsageBucket {
  return {
    startMs,
    model,
    calls: sums.calls,
    answered: sums.answered,
    failed: sums.failed,
    cached: sums.cached,
    costUsd: sums.costUsd,
    unresolvedTries: sums.unresolvedTries,
    unresolvedAtMostUsd: sums.unresolvedAtMostUsd,
    compared: {
      calls: sums.comparedCalls,
      costUsd: sums.comparedCostUsd,
      predictedCostUsd: sums.comparedPredictedCostUsd,
      bestPredictedCostUsd: sums.comparedBestPredictedCostUsd,
    },
    predictedQuality: { sum: sums.predictedQualitySum, calls: sums.predictedQualityCalls },
    feedback: { sum: sums.feedbackSum, scores: sums.feedbackScores },
    familiarity: { sum: sums.familiaritySum, calls: sums.familiarityCalls },
    inputTokens: sums.inputTokens,
    outputTokens: sums.outputTokens,
    latency: latencyColumns.map((column) => sums[column]),
  };
}
