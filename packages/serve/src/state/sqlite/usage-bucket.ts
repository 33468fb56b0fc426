import type { UsageBucket } from "../gateway-state.js";
import { latencyColumns, type UsageSums } from "./usage-sums.js";

/** A bucket of the interface, of summed columns. */
export function usageBucket(startMs: number, model: string, sums: UsageSums): UsageBucket {
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
