import type { JsonObject } from "@onehead/provider";
import { isRecord, list, text, type Wire } from "@onehead/provider-http";
import { ownSignature } from "../turns/signatures.js";

/** The body with Claude's own signatures as it made them, and without what it would refuse: thoughts of others, and their proofs. */
export function nativeMessagesBody(body: Wire): JsonObject {
  if (!Array.isArray(body["messages"])) return body as JsonObject;
  const messages = list(body["messages"]).flatMap((message): unknown[] => {
    if (!isRecord(message) || message["role"] !== "assistant" || !Array.isArray(message["content"])) return [message];
    const content = message["content"].flatMap(nativeBlock);
    // a turn of nothing is refused
    return content.length === 0 && message["content"].length > 0 ? [] : [{ ...message, content }];
  });
  return { ...body, messages } as JsonObject;
}

function nativeBlock(block: unknown): unknown[] {
  if (!isRecord(block)) return [block];
  switch (block["type"]) {
    case "thinking":
      return signed(block, "signature");
    case "redacted_thinking":
      return signed(block, "data");
    case "tool_use": {
      const { extra_content: _, ...rest } = block;
      return [rest];
    }
    default:
      return [block];
  }
}

function signed(block: Wire, field: "signature" | "data"): unknown[] {
  const signature = ownSignature("anthropic", text(block[field]) ?? "");
  return signature ? [{ ...block, [field]: signature }] : [];
}
