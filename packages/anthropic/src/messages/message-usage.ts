import type { JsonValue, Usage } from "@onehead/provider";
import { count, defined, isRecord, record, type Wire } from "@onehead/provider-http";

/**
 * Usage of a message. Anthropic counts what is read from the cache and written to it beside `input_tokens`, and what is written
 * for an hour within what is written; thinking is within the output.
 */
export function messageUsage(value: unknown): Usage | undefined {
  if (!isRecord(value)) return undefined;
  const input = count(value["input_tokens"]);
  const read = count(value["cache_read_input_tokens"]);
  const written = count(value["cache_creation_input_tokens"]);
  const hour = count(record(value["cache_creation"])["ephemeral_1h_input_tokens"]);
  return {
    ...defined({
      cachedInputTokens: read,
      cacheWriteTokens: written === undefined ? undefined : Math.max(0, written - (hour ?? 0)),
      cacheWriteHourTokens: hour,
      reasoningTokens: count(record(value["output_tokens_details"])["thinking_tokens"]),
    }),
    inputTokens: input === undefined ? undefined : input + (read ?? 0) + Math.max(written ?? 0, hour ?? 0),
    outputTokens: count(value["output_tokens"]),
    raw: value as JsonValue,
  };
}

/** The usage that a stream began with, with what its end says over it: those counts are totals, and null where they say nothing. */
export function mergedUsage(begun: unknown, ended: unknown): Wire {
  const said = Object.entries(record(ended)).filter(([, value]) => value !== null);
  return { ...record(begun), ...Object.fromEntries(said) };
}
