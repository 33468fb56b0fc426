import type { OverviewReport } from "@onehead/serve";

/** One bar: what each series begins at and reaches, in calls or as shares of the bar. */
export interface StackedBar {
  start: string;
  total: number;
  parts: Array<{ series: string; calls: number; from: number; to: number }>;
}

/** Series of the models that have no place of their own. */
export const otherModels = "other models";

/** Names of the series, most calls first: the busiest models, then all others as one. */
export function seriesOf(report: Pick<OverviewReport, "buckets">, most: number): string[] {
  const calls = new Map<string, number>();
  for (const bucket of report.buckets) {
    for (const [model, count] of Object.entries(bucket.calls)) calls.set(model, (calls.get(model) ?? 0) + count);
  }
  const models = [...calls].filter(([, count]) => count > 0).sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
  const names = models.map(([model]) => model);
  // a lone model is not "others"
  return names.length > most ? [...names.slice(0, most - 1), otherModels] : names;
}

/** Stacks every bucket; shares of an empty one are 0. */
export function stackCalls(
  report: Pick<OverviewReport, "buckets">,
  series: readonly string[],
  as: "share" | "calls",
): StackedBar[] {
  const named = new Set(series);
  return report.buckets.map(({ start, calls }) => {
    const counts = new Map<string, number>();
    let total = 0;
    for (const [model, count] of Object.entries(calls)) {
      const name = named.has(model) ? model : otherModels;
      counts.set(name, (counts.get(name) ?? 0) + count);
      total += count;
    }
    const unit = as === "share" ? total || 1 : 1;
    let from = 0;
    const parts = series.flatMap((name) => {
      const count = counts.get(name) ?? 0;
      if (count === 0) return [];
      const part = { series: name, calls: count, from, to: from + count / unit };
      from = part.to;
      return [part];
    });
    return { start, total, parts };
  });
}
