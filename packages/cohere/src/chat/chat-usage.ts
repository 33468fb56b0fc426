import type { JsonValue, Usage } from "@onehead/provider";
import { consistentUsage, count, isRecord, record } from "@onehead/provider-http";

/** Usage as it is billed, which leaves out what Cohere itself adds to a prompt; all tokens where nothing is said of that. */
export function chatUsage(value: unknown): Usage | undefined {
  if (!isRecord(value)) return undefined;
  const billed = record(value["billed_units"]);
  const tokens = record(value["tokens"]);
  return consistentUsage({
    inputTokens: count(billed["input_tokens"]) ?? count(tokens["input_tokens"]),
    cachedInputTokens: count(value["cached_tokens"]),
    outputTokens: count(billed["output_tokens"]) ?? count(tokens["output_tokens"]),
    raw: value as JsonValue,
  });
}
