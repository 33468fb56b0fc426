import type { AssistantPart, JsonObject, ReasoningPart, ToolCallPart } from "@onehead/provider";
import { extraContent } from "../turns/signatures.js";

export type ItemStatus = "in_progress" | "completed" | "incomplete";

/** Before the proof of a thought that was withheld: the interface has no other place to say so. */
export const redactedMark = "redacted:";

const prefixes = { text: "msg", reasoning: "rs", "tool-call": "fc" } as const;

/** @param answerId without a prefix; @param index of the item in the output */
export function itemId(kind: AssistantPart["type"], answerId: string, index: number): string {
  return `${prefixes[kind]}_${answerId}_${index}`;
}

/** Whether an id is one of {@link itemId}, which no provider knows. */
export function isOwnItemId(id: unknown): boolean {
  return typeof id === "string" && /^(msg|rs|fc)_.+_\d+$/.test(id);
}

/** The part as an item of the output. */
export function itemOf(part: AssistantPart, id: string, status: ItemStatus): JsonObject {
  switch (part.type) {
    case "text":
      return messageItem(id, [textPart(part.text)], status);
    case "reasoning":
      return reasoningItem(id, part);
    case "tool-call":
      return callItem(id, part, status);
  }
}

export function messageItem(id: string, content: JsonObject[], status: ItemStatus): JsonObject {
  return { id, type: "message", role: "assistant", status, content };
}

export function textPart(text: string): JsonObject {
  return { type: "output_text", text, annotations: [], logprobs: [] };
}

export function reasoningItem(id: string, { text, signature, redacted }: Omit<ReasoningPart, "type">): JsonObject {
  const proof = redacted ? redactedMark + (signature ?? "") : signature;
  return {
    id,
    type: "reasoning",
    summary: text === "" ? [] : [summaryPart(text)],
    ...(proof === undefined ? {} : { encrypted_content: proof }),
  };
}

export function summaryPart(text: string): JsonObject {
  return { type: "summary_text", text };
}

export function callItem(id: string, call: Omit<ToolCallPart, "type">, status: ItemStatus): JsonObject {
  const { id: callId, name, arguments: json, signature } = call;
  const item = { id, type: "function_call", status, call_id: callId, name, arguments: json };
  return { ...item, ...extraContent(signature) } as JsonObject;
}
