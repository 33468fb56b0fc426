import type { JsonValue } from "../json/json-value.js";

/** Tokens that a call was billed for. What the provider does not say is undefined, never 0. */
export interface Usage {
  /** All of the prompt: cached, written to the cache, and the rest. */
  inputTokens: number | undefined;
  /** Read from the prompt cache. */
  cachedInputTokens?: number | undefined;
  /** Written to the prompt cache for some minutes, or for an hour. */
  cacheWriteTokens?: number | undefined;
  cacheWriteHourTokens?: number | undefined;
  /** All that was generated, reasoning included. */
  outputTokens: number | undefined;
  reasoningTokens?: number | undefined;
  /** What the provider itself says that the call costs; OpenRouter does. */
  reportedCostUsd?: number | undefined;
  /** As it came. */
  raw?: JsonValue | undefined;
}
