import type { UsageMetadata } from "@langchain/core/messages";
import type { Usage } from "@onehead/provider";

/** Usage of a message. Counts that do not fit into their whole are left out. */
export function toUsage(usage: UsageMetadata | undefined): Usage | undefined {
  if (usage === undefined) return undefined;
  const inputTokens = count(usage.input_tokens);
  const outputTokens = count(usage.output_tokens);
  if (inputTokens === undefined && outputTokens === undefined) return undefined;
  const cached = count(usage.input_token_details?.cache_read);
  const written = count(usage.input_token_details?.cache_creation);
  const reasoning = count(usage.output_token_details?.reasoning);
  const fits = (cached ?? 0) + (written ?? 0) <= (inputTokens ?? 0);
  return {
    inputTokens,
    outputTokens,
    ...(fits && cached !== undefined ? { cachedInputTokens: cached } : {}),
    ...(fits && written !== undefined ? { cacheWriteTokens: written } : {}),
    ...(reasoning !== undefined && reasoning <= (outputTokens ?? 0) ? { reasoningTokens: reasoning } : {}),
  };
}

function count(value: unknown): number | undefined {
  return typeof value === "number" && value >= 0 && value < Number.POSITIVE_INFINITY ? value : undefined;
}
