import type { JsonValue, Usage } from "@onehead/provider";
import { consistentUsage, count, isRecord, record } from "@onehead/provider-http";

/** Usage as chat completions give it, with the fields in which DeepSeek, OpenRouter and xAI differ. */
export function chatUsage(value: unknown): Usage | undefined {
  if (!isRecord(value)) return undefined;
  const prompt = record(value["prompt_tokens_details"]);
  const completion = record(value["completion_tokens_details"]);
  const inputTokens = count(value["prompt_tokens"]);
  const reasoningTokens = count(completion["reasoning_tokens"]);
  let outputTokens = count(value["completion_tokens"]);
  const total = count(value["total_tokens"]);
  const cost = count(value["cost"]);
  // OpenRouter with a key of one's own bills its fee, and the provider behind it the rest
  const upstream = value["is_byok"] === true ? count(record(value["cost_details"])["upstream_inference_cost"]) : 0;
  // xAI counts reasoning beside the completion, and the total tells
  if (inputTokens !== undefined && outputTokens !== undefined && reasoningTokens) {
    if (total === inputTokens + outputTokens + reasoningTokens) outputTokens += reasoningTokens;
  }
  return consistentUsage({
    inputTokens,
    cachedInputTokens: count(prompt["cached_tokens"]) ?? count(value["prompt_cache_hit_tokens"]),
    cacheWriteTokens: count(prompt["cache_write_tokens"]),
    outputTokens,
    reasoningTokens,
    reportedCostUsd: cost === undefined || upstream === undefined ? undefined : cost + upstream,
    raw: value as JsonValue,
  });
}
