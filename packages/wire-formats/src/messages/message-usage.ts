import type { JsonObject, Usage } from "@onehead/provider";

/** Usage as Anthropic tells it, which counts what is cached beside the input; 0 where nobody has counted. */
export function messageUsage(usage: Usage): JsonObject {
  const { inputTokens = 0, cachedInputTokens = 0, cacheWriteTokens = 0, cacheWriteHourTokens = 0 } = usage;
  const written = cacheWriteTokens + cacheWriteHourTokens;
  return {
    input_tokens: Math.max(0, inputTokens - cachedInputTokens - written),
    cache_creation_input_tokens: written,
    cache_read_input_tokens: cachedInputTokens,
    cache_creation: { ephemeral_5m_input_tokens: cacheWriteTokens, ephemeral_1h_input_tokens: cacheWriteHourTokens },
    output_tokens: usage.outputTokens ?? 0,
    output_tokens_details: usage.reasoningTokens === undefined ? null : { thinking_tokens: usage.reasoningTokens },
    server_tool_use: null,
    service_tier: null,
    inference_geo: null,
    speed: null,
  };
}
