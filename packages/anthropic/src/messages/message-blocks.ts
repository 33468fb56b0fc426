import type { FinishReason, ReasoningPart, TextPart, Warning } from "@onehead/provider";
import { text, type Wire } from "@onehead/provider-http";

/** @param calls whether the answer holds tool calls: some servers say "end_turn" all the same */
export function finishReasonOf(raw: string | undefined, calls: boolean): FinishReason {
  switch (raw) {
    case "end_turn":
    case "stop_sequence":
      return calls ? "tool-calls" : "stop";
    case "max_tokens":
    case "model_context_window_exceeded":
      return "length";
    case "tool_use":
      return "tool-calls";
    case "refusal":
      return "content-filter";
    default:
      // "pause_turn" too: a tool of Anthropic's own takes long, and the turn goes on in the next request
      return "other";
  }
}

/** Text and thoughts of a block, as far as it has some already. */
export function partsOf(block: Wire): Array<TextPart | ReasoningPart> {
  switch (block["type"]) {
    case "text":
      return [{ type: "text", text: text(block["text"]) ?? "" }];
    case "thinking": {
      const signature = text(block["signature"]) || undefined;
      return [
        {
          type: "reasoning",
          text: text(block["thinking"]) ?? "",
          ...(signature === undefined ? {} : { signature }),
        },
      ];
    }
    case "redacted_thinking":
      return [{ type: "reasoning", text: "", signature: text(block["data"]) ?? "", redacted: true }];
    default:
      return [];
  }
}

const known = new Set(["text", "thinking", "redacted_thinking", "tool_use"]);

/** Blocks of Anthropic's own tools, which are asked for by `providerOptions`, have no form here. */
export function warnOfUnknown(block: Wire, warnings: Warning[]): void {
  const type = String(block["type"]).slice(0, 60);
  if (known.has(type) || warnings.some(({ message }) => message.startsWith(`${type} `))) return;
  warnings.push({ field: "providerOptions", message: `${type} blocks are left out of the answer` });
}
