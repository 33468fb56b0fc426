import type { JsonObject, Usage } from "@onehead/provider";

/** Usage as responses tell it; null where nobody has counted. */
export function responseUsage(usage: Usage): JsonObject | null {
  const { inputTokens, outputTokens, cacheWriteTokens, cacheWriteHourTokens } = usage;
  if (inputTokens === undefined && outputTokens === undefined) return null;
  const input = inputTokens ?? 0;
  const output = outputTokens ?? 0;
  return {
    input_tokens: input,
    input_tokens_details: {
      cached_tokens: usage.cachedInputTokens ?? 0,
      cache_write_tokens: (cacheWriteTokens ?? 0) + (cacheWriteHourTokens ?? 0),
    },
    output_tokens: output,
    output_tokens_details: { reasoning_tokens: usage.reasoningTokens ?? 0 },
    total_tokens: input + output,
  };
}
