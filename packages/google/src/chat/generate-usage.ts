import type { JsonValue, Usage } from "@onehead/provider";
import { consistentUsage, count, isRecord } from "@onehead/provider-http";

/** Usage of an answer: thoughts are counted beside the candidates, results of Google's own tools beside the prompt. */
export function generateUsage(value: unknown): Usage | undefined {
  if (!isRecord(value)) return undefined;
  const prompt = count(value["promptTokenCount"]);
  const inputTokens = sum(prompt, count(value["toolUsePromptTokenCount"]));
  const reasoningTokens = count(value["thoughtsTokenCount"]);
  const total = count(value["totalTokenCount"]);
  // counts of 0 are left out: then the total tells
  const rest = total === undefined || inputTokens === undefined ? undefined : Math.max(0, total - inputTokens);
  return consistentUsage({
    inputTokens,
    cachedInputTokens: count(value["cachedContentTokenCount"]),
    outputTokens: sum(count(value["candidatesTokenCount"]), reasoningTokens) ?? rest,
    reasoningTokens,
    raw: value as JsonValue,
  });
}

/** Of what is known. */
function sum(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined ? b : a + (b ?? 0);
}
