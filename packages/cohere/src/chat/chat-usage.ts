import type { JsonValue, Usage } from "@onehead/provider";
import { consistentUsage, count, isRecord, record } from "@onehead/provider-http";

/** Usage as it is billed, which leaves out what Cohere itself adds to a prompt; all tokens where nothing is said of that. */
export function chatUsage(value: unknown): Usage | undefined {
  if (!isRecord(value)) return undefined;
  const billed = record(value["billed_units"]);
  const tokens = record(value["tokens"]);
  const inputTokens = count(billed["input_tokens"]) ?? count(tokens["input_tokens"]);
  const cached = count(value["cached_tokens"]);
  return consistentUsage({
    inputTokens,
    // of all tokens, and so more at times than those that are billed
    cachedInputTokens: cached === undefined ? undefined : Math.min(cached, inputTokens ?? cached),
    outputTokens: count(billed["output_tokens"]) ?? count(tokens["output_tokens"]),
    raw: value as JsonValue,
  });
}
