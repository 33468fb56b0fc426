import type { JsonObject } from "@onehead/provider";
import { isRecord, list, type Wire } from "@onehead/provider-http";

/** The body without the proofs of tool calls, which only a translated call can hand back to who made them. */
export function nativeChatBody(body: Wire): JsonObject {
  const messages = list(body["messages"]).map((message) => {
    if (!isRecord(message) || !Array.isArray(message["tool_calls"])) return message;
    return { ...message, tool_calls: message["tool_calls"].map(withoutProof) };
  });
  return (Array.isArray(body["messages"]) ? { ...body, messages } : body) as JsonObject;
}

function withoutProof(call: unknown): unknown {
  if (!isRecord(call) || call["extra_content"] === undefined) return call;
  const { extra_content: _, ...rest } = call;
  return rest;
}
