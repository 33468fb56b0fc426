import type { FinishReason, JsonValue, TokenLogprob, Usage } from "@onehead/provider";
import { consistentUsage, count, isRecord, list, record, text, type Wire } from "@onehead/provider-http";

/** @param calls whether the answer holds tool calls: Ollama says "stop" all the same */
export function finishReasonOf(raw: string | undefined, calls: boolean): FinishReason {
  switch (raw) {
    // older servers give no reason
    case undefined:
    case "stop":
      return calls ? "tool-calls" : "stop";
    case "length":
      return "length";
    // "load" and "unload" answer a request without messages
    default:
      return "other";
  }
}

/** Usage of a whole answer or the last event of a stream; the input counts its cached part too. */
export function chatUsage(answer: unknown): Usage | undefined {
  if (!isRecord(answer)) return undefined;
  const { prompt_eval_count, prompt_eval_cached_count, eval_count } = answer;
  if (prompt_eval_count === undefined && eval_count === undefined) return undefined;
  const raw = Object.fromEntries(Object.entries(answer).filter(([, value]) => typeof value === "number"));
  return consistentUsage({
    inputTokens: count(prompt_eval_count),
    cachedInputTokens: count(prompt_eval_cached_count),
    outputTokens: count(eval_count),
    raw: raw as JsonValue,
  });
}

export interface WireCall {
  /** Older servers give none. */
  id: string | undefined;
  name: string;
  /** As text. */
  arguments: string;
}

export function callsOf(message: Wire): WireCall[] {
  return list(message["tool_calls"])
    .filter(isRecord)
    .map((call) => {
      const { name, arguments: json } = record(call["function"]);
      return { id: text(call["id"]), name: text(name) ?? "", arguments: text(json) ?? JSON.stringify(json ?? {}) };
    });
}

export function logprobsOf(answer: Wire): TokenLogprob[] {
  return list(answer["logprobs"])
    .filter(isRecord)
    .map((entry) => ({ ...tokenOf(entry), top: list(entry["top_logprobs"]).filter(isRecord).map(tokenOf) }));
}

function tokenOf({ token, logprob }: Wire): { token: string; logprob: number } {
  return { token: text(token) ?? "", logprob: typeof logprob === "number" ? logprob : Number.NaN };
}
