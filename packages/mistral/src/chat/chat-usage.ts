import type { JsonValue, Usage } from "@onehead/provider";
import { consistentUsage, count, isRecord, record } from "@onehead/provider-http";

/** Usage of a chat completion. The official client puts 0 where the server says nothing, so 0 tokens are not taken for a count. */
export function chatUsage(value: unknown): Usage | undefined {
  if (!isRecord(value)) return undefined;
  const prompt = record(value["prompt_tokens_details"]);
  const completion = record(value["completion_tokens_details"]);
  const inputTokens = count(value["prompt_tokens"]) || undefined;
  return consistentUsage({
    inputTokens,
    cachedInputTokens: count(prompt["cached_tokens"]) ?? count(value["num_cached_tokens"]),
    outputTokens: count(value["completion_tokens"]) || (inputTokens === undefined ? undefined : 0),
    reasoningTokens: count(completion["reasoning_tokens"]),
    raw: value as JsonValue,
  });
}
