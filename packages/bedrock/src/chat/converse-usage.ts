import type { JsonValue, Usage } from "@onehead/provider";
import { consistentUsage, count, isRecord, list, record } from "@onehead/provider-http";

/** Usage of Converse, whose input tokens leave out what was read from the cache or written to it. */
export function converseUsage(value: unknown): Usage | undefined {
  if (!isRecord(value)) return undefined;
  const inputTokens = count(value["inputTokens"]);
  const cachedInputTokens = count(value["cacheReadInputTokens"]);
  const written = count(value["cacheWriteInputTokens"]);
  const hours = list(value["cacheDetails"])
    .map(record)
    .filter(({ ttl }) => ttl === "1h");
  const cacheWriteHourTokens = hours.length === 0 ? undefined : sum(hours.map((entry) => count(entry["inputTokens"])));
  const total = inputTokens === undefined ? undefined : sum([inputTokens, cachedInputTokens, written]);
  return consistentUsage({
    inputTokens: total,
    cachedInputTokens,
    cacheWriteTokens: written === undefined ? undefined : Math.max(0, written - (cacheWriteHourTokens ?? 0)),
    cacheWriteHourTokens,
    outputTokens: count(value["outputTokens"]),
    raw: value as JsonValue,
  });
}

function sum(values: ReadonlyArray<number | undefined>): number {
  return values.reduce<number>((total, value) => total + (value ?? 0), 0);
}
