import { type FinishReason, ProviderResponseError, type StreamPart, type TokenLogprob } from "@onehead/provider";
import { isRecord, list, text, type Wire } from "@onehead/provider-http";

/**
 * Which of Cohere's two kinds of reasoning a part is. Stands as its signature, so that it goes back as what it was; with a
 * colon, which the signatures of no other provider have.
 */
export type ReasoningKind = "thinking" | "tool_plan";

/** Ends the reasoning before it. */
export function endOfReasoning(kind: ReasoningKind): StreamPart {
  return { type: "reasoning", text: "", signature: `cohere:${kind}` };
}

/** @throws ProviderResponseError for an answer that was given up halfway: an error, or Cohere's own time over */
export function assertFinished(raw: string | undefined): void {
  if (raw === "ERROR" || raw === "TIMEOUT") {
    throw new ProviderResponseError(`chat: finish_reason: ${raw}, expected a whole answer`, { reason: raw });
  }
}

/** @param calls whether the answer holds tool calls */
export function finishReasonOf(raw: string | undefined, calls: boolean): FinishReason {
  switch (raw) {
    case "COMPLETE":
    case "STOP_SEQUENCE":
      return calls ? "tool-calls" : "stop";
    case "MAX_TOKENS":
      return "length";
    case "TOOL_CALL":
      return "tool-calls";
    default:
      return "other";
  }
}

/** Cohere gives a piece of text with the logarithms of its tokens, of which the piece has their sum, and no alternatives. */
export function logprobsOf(items: unknown): TokenLogprob[] {
  return (Array.isArray(items) ? items : [items]).filter(isRecord).map((item: Wire) => ({
    token: text(item["text"]) ?? "",
    logprob: list(item["logprobs"]).reduce<number>(
      (sum, value) => sum + (typeof value === "number" ? value : Number.NaN),
      0,
    ),
    top: [],
  }));
}
