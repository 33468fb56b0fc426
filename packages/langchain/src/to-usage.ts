import type { UsageMetadata } from "@langchain/core/messages";
import { type Usage, usageOfCounts } from "@onehead/provider";

/** Usage of a message. */
export function toUsage(usage: UsageMetadata | undefined): Usage | undefined {
  if (usage === undefined) return undefined;
  const {
    input_tokens: input,
    output_tokens: output,
    input_token_details: inputs,
    output_token_details: outputs,
  } = usage;
  return usageOfCounts({
    input,
    cached: inputs?.cache_read,
    written: inputs?.cache_creation,
    output,
    reasoning: outputs?.reasoning,
  });
}
