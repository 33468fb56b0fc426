import { latencyBucketsMs, type SettledCall } from "../gateway-state.js";
import type { usageHours } from "./schema.js";

export type UsageColumn = Exclude<keyof typeof usageHours.$inferSelect, "startMs" | "model">;

/** Of one hour and model, or what is added to them. */
export type UsageSums = Record<UsageColumn, number>;

export const hourMs = 3_600_000;

export function hourOf(timeMs: number): number {
  return Math.floor(timeMs / hourMs) * hourMs;
}

/** What the sums need of a call as it was opened. */
export interface PredictedCall {
  routed: boolean;
  predictedQuality: number | null;
  predictedCostUsd: number | null;
  bestPredictedCostUsd: number | null;
  familiarity: number | null;
}

/** Feedback that a call has. */
export interface FeedbackSums {
  sum: number;
  scores: number;
}

export const latencyColumns = Array.from(
  { length: latencyBucketsMs.length + 1 },
  (_, i) => `latency${i}` as UsageColumn,
);

// Sums are made by setting fields of a copy of these zeros: made by spreading parts, they cost 9 µs more.
const zeros: UsageSums = {
  calls: 0,
  answered: 0,
  failed: 0,
  cached: 0,
  costUsd: 0,
  unresolvedTries: 0,
  unresolvedAtMostUsd: 0,
  comparedCalls: 0,
  comparedCostUsd: 0,
  comparedPredictedCostUsd: 0,
  comparedBestPredictedCostUsd: 0,
  predictedQualitySum: 0,
  predictedQualityCalls: 0,
  feedbackSum: 0,
  feedbackScores: 0,
  familiaritySum: 0,
  familiarityCalls: 0,
  inputTokens: 0,
  outputTokens: 0,
  latency0: 0,
  latency1: 0,
  latency2: 0,
  latency3: 0,
  latency4: 0,
  latency5: 0,
  latency6: 0,
  latency7: 0,
  latency8: 0,
  latency9: 0,
  latency10: 0,
  latency11: 0,
  latency12: 0,
};

const usageColumns = Object.keys(zeros) as UsageColumn[];

/** What a call that was settled adds. */
export function settledUsage(opened: PredictedCall, call: SettledCall, feedback: FeedbackSums): UsageSums {
  const sums = callUsage(opened, call.unresolvedTries, call.unresolvedAtMostUsd, feedback);
  if (call.status === "answered") sums.answered = 1;
  if (call.status === "failed" || call.status === "broken") sums.failed = 1;
  if (call.cached) sums.cached = 1;
  sums.costUsd = call.costUsd ?? 0;
  sums.inputTokens = call.usage.inputTokens ?? 0;
  sums.outputTokens = call.usage.outputTokens ?? 0;
  sums[latencyColumn(call.latencyMs)] = 1;
  compare(sums, opened, call);
  return sums;
}

/** What a call adds whose process ended before it did. */
export function unresolvedUsage(
  opened: PredictedCall & { begunTries: number; begunAtMostUsd: number | null },
  feedback: FeedbackSums,
): UsageSums {
  return callUsage(opened, opened.begunTries, opened.begunAtMostUsd, feedback);
}

/** What a score adds that comes after the end. */
export function feedbackUsage(score: number): UsageSums {
  return { ...zeros, feedbackSum: score, feedbackScores: 1 };
}

/** Adds the one to the other. */
export function addUsage(sums: UsageSums, added: UsageSums): void {
  for (const name of usageColumns) sums[name] += added[name];
}

function callUsage(opened: PredictedCall, tries: number, atMostUsd: number | null, feedback: FeedbackSums): UsageSums {
  const { predictedQuality, familiarity } = opened;
  const sums = { ...zeros };
  sums.calls = 1;
  sums.unresolvedTries = tries;
  sums.unresolvedAtMostUsd = atMostUsd ?? 0;
  sums.predictedQualitySum = predictedQuality ?? 0;
  sums.predictedQualityCalls = predictedQuality === null ? 0 : 1;
  sums.familiaritySum = familiarity ?? 0;
  sums.familiarityCalls = familiarity === null ? 0 : 1;
  sums.feedbackSum = feedback.sum;
  sums.feedbackScores = feedback.scores;
  return sums;
}

/** Only what a model answered, at a cost that is known whole, says how good the predictions are. */
function compare(sums: UsageSums, opened: PredictedCall, call: SettledCall): void {
  const { routed, predictedCostUsd, bestPredictedCostUsd } = opened;
  if (!routed || predictedCostUsd === null || bestPredictedCostUsd === null) return;
  if (call.status !== "answered" || call.cached || call.costUsd === null || call.unresolvedTries > 0) return;
  sums.comparedCalls = 1;
  sums.comparedCostUsd = call.costUsd;
  sums.comparedPredictedCostUsd = predictedCostUsd;
  sums.comparedBestPredictedCostUsd = bestPredictedCostUsd;
}

function latencyColumn(latencyMs: number): UsageColumn {
  const i = latencyBucketsMs.findIndex((bound) => latencyMs <= bound);
  return latencyColumns[i < 0 ? latencyBucketsMs.length : i]!;
}
