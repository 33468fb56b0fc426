import type { ChatRequest, Message } from "@onehead/provider";
import { record, text, type Wire } from "@onehead/provider-http";
import { assertBody, bracketPath } from "../check/assert-body.js";
import { recordsOf } from "../check/check.js";
import { withEffort } from "../openai-wire/effort.js";
import { callSignature } from "../turns/signatures.js";
import { wholeTurns } from "../turns/whole-turns.js";
import { chatBodyCheck } from "./chat-body-check.js";
import { parseChatBody } from "./parse-chat-body.js";

/** The request of a body that the interface would take. @throws ProviderError "invalid-argument" naming the field */
export function parseChatRequest(body: Wire): ChatRequest {
  assertBody(chatBodyCheck, body, bracketPath);
  const given = recordsOf(body["messages"]).map(([, message]) => spoken(message));
  const request = parseChatBody({ ...body, messages: given });
  const signatures = signaturesOf(given);
  const messages = wholeTurns(request.messages.map((message) => signed(message, signatures)));
  return withEffort({ ...request, messages }, body["reasoning_effort"]);
}

/** The message with a refusal among what the assistant has said. */
function spoken(message: Wire): Wire {
  const { role, content, refusal } = message;
  if (role !== "assistant") return message;
  const parts = recordsOf(content).map(([, part]) => ({ type: "text", text: part["text"] ?? part["refusal"] }));
  const said = typeof content === "string" ? [{ type: "text", text: content }] : parts;
  const refused = text(refusal) ?? "";
  if (refused !== "") return { ...message, content: [...said, { type: "text", text: refused }] };
  return Array.isArray(content) ? { ...message, content: parts } : message;
}

function signaturesOf(messages: readonly Wire[]): Map<unknown, string> {
  const signatures = new Map<unknown, string>();
  for (const message of messages) {
    for (const [, call] of recordsOf(message["tool_calls"])) {
      const signature = callSignature(record(call));
      if (signature !== undefined) signatures.set(call["id"], signature);
    }
  }
  return signatures;
}

function signed(message: Message, signatures: ReadonlyMap<unknown, string>): Message {
  if (message.role !== "assistant" || typeof message.content === "string" || signatures.size === 0) return message;
  const content = message.content.map((part) => {
    const signature = part.type === "tool-call" ? signatures.get(part.id) : undefined;
    return signature === undefined ? part : { ...part, signature };
  });
  return { ...message, content };
}
