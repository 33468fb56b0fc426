import type { FinishReason, JsonObject } from "@onehead/provider";
import { list, type Wire } from "@onehead/provider-http";

interface Ending {
  finishReason: FinishReason;
  rawFinishReason?: string | undefined;
}

/** Why the message ended. @param calls whether it has tool calls: clients look for them where the reason says so */
export function messageStop({ finishReason, rawFinishReason }: Ending, calls: boolean, body: Wire): JsonObject {
  const reason = reasonOf(finishReason, rawFinishReason, calls);
  const sequences = list(body["stop_sequences"]).filter((entry) => typeof entry === "string");
  return {
    stop_reason: reason,
    // which of several it was, nobody else tells
    stop_sequence: reason === "stop_sequence" && sequences.length === 1 ? sequences[0] : null,
    stop_details: reason === "refusal" ? { type: "refusal", category: null, explanation: null } : null,
  };
}

function reasonOf(finishReason: FinishReason, raw: string | undefined, calls: boolean): string {
  switch (finishReason) {
    case "length":
      return raw === "model_context_window_exceeded" ? raw : "max_tokens";
    case "content-filter":
      return "refusal";
    default:
      if (calls) return "tool_use";
      return raw === "stop_sequence" ? raw : "end_turn";
  }
}
