import type { Usage } from "@onehead/provider";
import { defined } from "./fields.js";

/**
 * Usage whose parts fit into their wholes: servers that leave cached tokens out of the input, or reasoning out of the output,
 * have them added.
 */
export function consistentUsage(usage: Usage): Usage {
  const { cachedInputTokens = 0, cacheWriteTokens = 0, cacheWriteHourTokens = 0, reasoningTokens = 0 } = usage;
  let { inputTokens, outputTokens } = usage;
  const parts = cachedInputTokens + cacheWriteTokens + cacheWriteHourTokens;
  if (inputTokens !== undefined && parts > inputTokens) inputTokens += parts;
  if (outputTokens !== undefined && reasoningTokens > outputTokens) outputTokens += reasoningTokens;
  return { ...defined(usage), inputTokens, outputTokens };
}
