import type { FinishReason } from "@onehead/provider";

/** @param calls whether the answer has tool calls; clients look for them where the reason says so */
export function chatFinishReason(reason: FinishReason, calls: boolean): string {
  switch (reason) {
    case "length":
      return "length";
    case "content-filter":
      return "content_filter";
    default:
      // typed clients know no other reasons
      return calls ? "tool_calls" : "stop";
  }
}
