import type { FinishReason } from "@onehead/provider";

/** @param calls whether the answer holds tool calls: some models say "end_turn" all the same */
export function finishReasonOf(raw: string | undefined, calls: boolean): FinishReason {
  switch (raw) {
    case "end_turn":
    case "stop_sequence":
      return calls ? "tool-calls" : "stop";
    case "tool_use":
      // the tool that carries a structured answer is no call
      return calls ? "tool-calls" : "stop";
    case "max_tokens":
    case "model_context_window_exceeded":
      return "length";
    case "content_filtered":
    case "guardrail_intervened":
      return "content-filter";
    default:
      return "other";
  }
}
