import type { UsageBucket } from "../gateway-state.js";
import { latencyColumns, type UsageColumn } from "./usage-sums.js";

/** A bucket of the interface, of the sums of its columns. */
export function usageBucket(startMs: number, model: string, sum: (column: UsageColumn) => number): UsageBucket {
  return {
    startMs,
    model,
    calls: sum("calls"),
    answered: sum("answered"),
    failed: sum("failed"),
    cached: sum("cached"),
    costUsd: sum("costUsd"),
    unresolvedTries: sum("unresolvedTries"),
    unresolvedAtMostUsd: sum("unresolvedAtMostUsd"),
    compared: {
      calls: sum("comparedCalls"),
      costUsd: sum("comparedCostUsd"),
      predictedCostUsd: sum("comparedPredictedCostUsd"),
      bestPredictedCostUsd: sum("comparedBestPredictedCostUsd"),
    },
    predictedQuality: { sum: sum("predictedQualitySum"), calls: sum("predictedQualityCalls") },
    feedback: { sum: sum("feedbackSum"), scores: sum("feedbackScores") },
    familiarity: { sum: sum("familiaritySum"), calls: sum("familiarityCalls") },
    inputTokens: sum("inputTokens"),
    outputTokens: sum("outputTokens"),
    latency: latencyColumns.map(sum),
  };
}
