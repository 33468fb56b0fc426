import { type Usage, usageOfCounts } from "@onehead/provider";
import { isFields } from "./language-model.js";

/** Usage of a call: nested since version 3, flat in version 2. */
export function toUsage(usage: unknown): Usage | undefined {
  if (!isFields(usage)) return undefined;
  const { inputTokens: input, outputTokens: output, cachedInputTokens, reasoningTokens } = usage;
  const inputs = isFields(input) ? input : { total: input, cacheRead: cachedInputTokens };
  const outputs = isFields(output) ? output : { total: output, reasoning: reasoningTokens };
  const { total, cacheRead: cached, cacheWrite: written } = inputs as Record<string, unknown>;
  return usageOfCounts({ input: total, cached, written, output: outputs["total"], reasoning: outputs["reasoning"] });
}
