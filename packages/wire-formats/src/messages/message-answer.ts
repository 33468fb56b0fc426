import type { AssistantPart, ChatResult, JsonObject, ReasoningPart, ToolCallPart } from "@onehead/provider";
import { parseArguments } from "@onehead/provider-http";
import type { AnswerInfo } from "../server-format.js";
import { extraContent } from "../turns/signatures.js";
import { messageStop } from "./message-stop.js";
import { messageUsage } from "./message-usage.js";

/** The body of a message. */
export function messageAnswer(result: ChatResult, about: AnswerInfo): JsonObject {
  const { content, usage } = result;
  const calls = content.some(({ type }) => type === "tool-call");
  return {
    ...messageHead(about),
    content: content.map(blockOf),
    ...messageStop(result, calls, about.body),
    usage: messageUsage(usage),
  };
}

/** The message before there is anything of it. */
export function messageHead({ id, model }: AnswerInfo): JsonObject {
  return {
    id: `msg_${id}`,
    type: "message",
    role: "assistant",
    model,
    content: [],
    container: null,
    diagnostics: null,
    stop_reason: null,
    stop_sequence: null,
    stop_details: null,
  };
}

function blockOf(part: AssistantPart): JsonObject {
  switch (part.type) {
    case "text":
      return textBlock(part.text);
    case "reasoning":
      return reasoningBlock(part);
    case "tool-call":
      return toolBlock(part, parseArguments(part.arguments) as JsonObject | undefined);
  }
}

export function textBlock(text: string): JsonObject {
  return { type: "text", text, citations: null };
}

export function reasoningBlock({ text, signature = "", redacted }: Omit<ReasoningPart, "type">): JsonObject {
  if (redacted) return { type: "redacted_thinking", data: signature };
  return { type: "thinking", thinking: text, signature };
}

export function toolBlock({ id, name, signature }: Omit<ToolCallPart, "type" | "arguments">, input: JsonObject = {}) {
  const block = { type: "tool_use", id, name, input, caller: { type: "direct" }, ...extraContent(signature) };
  return block as JsonObject;
}
