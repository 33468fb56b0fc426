import type { Usage } from "./usage.js";

/** Counts as a framework gives them; whatever is no count is passed over. */
export interface UsageCounts {
  input: unknown;
  cached?: unknown;
  written?: unknown;
  output: unknown;
  reasoning?: unknown;
}

/** Usage from counts that came from outside: parts that do not fit into their whole are left out. Undefined without any whole. */
export function usageOfCounts(counts: UsageCounts): Usage | undefined {
  const inputTokens = count(counts.input);
  const outputTokens = count(counts.output);
  if (inputTokens === undefined && outputTokens === undefined) return undefined;
  const cachedInputTokens = count(counts.cached);
  const cacheWriteTokens = count(counts.written);
  const reasoningTokens = count(counts.reasoning);
  const fits = (cachedInputTokens ?? 0) + (cacheWriteTokens ?? 0) <= (inputTokens ?? 0);
  return {
    inputTokens,
    outputTokens,
    ...(fits && cachedInputTokens !== undefined ? { cachedInputTokens } : {}),
    ...(fits && cacheWriteTokens !== undefined ? { cacheWriteTokens } : {}),
    ...(reasoningTokens !== undefined && reasoningTokens <= (outputTokens ?? 0) ? { reasoningTokens } : {}),
  };
}

function count(value: unknown): number | undefined {
  return typeof value === "number" && value >= 0 && value < Number.POSITIVE_INFINITY ? value : undefined;
}
