import type { OverviewReport, OverviewSums } from "../api/page-api.js";
import { latencyBucketsMs, type UsageBucket } from "../state/gateway-state.js";

interface Range {
  fromMs: number;
  toMs: number;
  bucket: OverviewReport["bucket"];
  bucketMs: number;
}

/** Sums of the log as the page shows them. */
export function overviewReport(
  buckets: readonly UsageBucket[],
  { fromMs, toMs, bucket, bucketMs }: Range,
): OverviewReport {
  const byModel = groups(buckets, ({ model }) => model);
  const byStart = groups(buckets, ({ startMs }) => startMs);
  const starts: number[] = [];
  for (let start = Math.floor(fromMs / bucketMs) * bucketMs; start < toMs; start += bucketMs) starts.push(start);
  return {
    from: new Date(fromMs).toISOString(),
    to: new Date(toMs).toISOString(),
    bucket,
    totals: overviewSums(buckets),
    models: [...byModel]
      .map(([model, parts]) => ({ model, ...overviewSums(parts) }))
      .sort((a, b) => b.calls - a.calls || (a.model < b.model ? -1 : 1)),
    buckets: starts.map((start) => {
      const parts = byStart.get(start) ?? [];
      return {
        start: new Date(start).toISOString(),
        totals: overviewSums(parts),
        calls: Object.fromEntries(parts.map(({ model, calls }) => [model, calls])),
      };
    }),
  };
}

/** In one pass: clients can make up as many names of models as they like. */
function groups<K>(buckets: readonly UsageBucket[], keyOf: (bucket: UsageBucket) => K): Map<K, UsageBucket[]> {
  const found = new Map<K, UsageBucket[]>();
  for (const bucket of buckets) {
    const key = keyOf(bucket);
    const group = found.get(key);
    if (group === undefined) found.set(key, [bucket]);
    else group.push(bucket);
  }
  return found;
}

/** One sum over several buckets. */
function overviewSums(buckets: readonly UsageBucket[]): OverviewSums {
  const sum = (pick: (bucket: UsageBucket) => number): number => buckets.reduce((total, part) => total + pick(part), 0);
  const calls = sum((part) => part.calls);
  const answered = sum((part) => part.answered);
  const comparedCostUsd = sum((part) => part.compared.costUsd);
  const predictedCostUsd = sum((part) => part.compared.predictedCostUsd);
  // as far as predictions are off for what was called, they are taken to be off for what was not
  const correction = predictedCostUsd > 0 ? comparedCostUsd / predictedCostUsd : null;
  const bestUsd = sum((part) => part.compared.bestPredictedCostUsd);
  const alwaysBestUsd = correction === null ? null : bestUsd * correction;
  const feedbackScores = sum((part) => part.feedback.scores);
  const predicted = sum((part) => part.predictedQuality.calls);
  const familiar = sum((part) => part.familiarity.calls);
  return {
    calls,
    answered,
    failed: sum((part) => part.failed),
    cached: sum((part) => part.cached),
    costUsd: sum((part) => part.costUsd),
    unresolvedTries: sum((part) => part.unresolvedTries),
    unresolvedAtMostUsd: sum((part) => part.unresolvedAtMostUsd),
    predictedCostUsd,
    comparedCostUsd,
    savedUsd: alwaysBestUsd === null ? null : alwaysBestUsd - comparedCostUsd,
    alwaysBestUsd,
    meanPredictedQuality: predicted === 0 ? null : sum((part) => part.predictedQuality.sum) / predicted,
    meanFeedback: feedbackScores === 0 ? null : sum((part) => part.feedback.sum) / feedbackScores,
    feedbackScores,
    drift: familiar === 0 ? null : 1 - sum((part) => part.familiarity.sum) / familiar,
    latencyMs: latencyQuantiles(buckets),
  };
}

function latencyQuantiles(buckets: readonly UsageBucket[]): OverviewSums["latencyMs"] {
  const counts = new Array<number>(latencyBucketsMs.length + 1).fill(0);
  for (const { latency } of buckets) for (const [i, count] of latency.entries()) counts[i] += count;
  const total = counts.reduce((sum, count) => sum + count, 0);
  const quantile = (share: number): number | null => {
    let below = 0;
    for (const [i, count] of counts.entries()) {
      below += count;
      if (total > 0 && below >= share * total) return latencyBucketsMs[Math.min(i, latencyBucketsMs.length - 1)];
    }
    return null;
  };
  return { p50: quantile(0.5), p95: quantile(0.95) };
}
