import type { Usage } from "@onehead/provider";
import { isFields } from "./language-model.js";

/** Usage of a call: nested since version 3, flat in version 2. Counts that do not fit into their whole are left out. */
export function toUsage(usage: unknown): Usage | undefined {
  if (!isFields(usage)) return undefined;
  const { inputTokens: input, outputTokens: output } = usage;
  const nestedInput = isFields(input) ? input : { total: input, cacheRead: usage["cachedInputTokens"] };
  const nestedOutput = isFields(output) ? output : { total: output, reasoning: usage["reasoningTokens"] };
  const inputTokens = count(nestedInput["total"]);
  const outputTokens = count(nestedOutput["total"]);
  if (inputTokens === undefined && outputTokens === undefined) return undefined;
  const cached = count(nestedInput["cacheRead"]);
  const written = count((nestedInput as Record<string, unknown>)["cacheWrite"]);
  const reasoning = count(nestedOutput["reasoning"]);
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
