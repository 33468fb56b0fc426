import type { JsonObject, Usage } from "@onehead/provider";

/** Usage as chat completions and completions tell it; undefined where nobody has counted. */
export function completionUsage(usage: Usage): JsonObject | undefined {
  const { inputTokens, outputTokens, cacheWriteTokens, cacheWriteHourTokens } = usage;
  if (inputTokens === undefined && outputTokens === undefined) return undefined;
  const input = inputTokens ?? 0;
  const output = outputTokens ?? 0;
  const written = (cacheWriteTokens ?? 0) + (cacheWriteHourTokens ?? 0);
  return {
    prompt_tokens: input,
    completion_tokens: output,
    total_tokens: input + output,
    prompt_tokens_details: {
      cached_tokens: usage.cachedInputTokens ?? 0,
      ...(written > 0 ? { cache_write_tokens: written } : {}),
    },
    completion_tokens_details: { reasoning_tokens: usage.reasoningTokens ?? 0 },
  };
}
