import { type AssistantPart, type ChatRequest, type Message, ProviderError } from "@onehead/provider";
import { list, record, type Wire } from "@onehead/provider-http";
import { assertBody, dottedPath } from "../check/assert-body.js";
import { recordsOf } from "../check/check.js";
import { callSignature, taggedSignature } from "../turns/signatures.js";
import { wholeTurns } from "../turns/whole-turns.js";
import { messagesBodyCheck } from "./messages-body-check.js";
import { parseMessagesBody } from "./parse-messages-body.js";

/**
 * The request of a body that the interface would take.
 *
 * @throws ProviderError "invalid-argument" naming the field; "unsupported" for a thread: Anthropic holds it, so that a turn says
 *   nothing of those before it, by which it could be routed, or told to anybody else
 */
export function parseMessagesRequest(body: Wire): ChatRequest {
  if (body["thread"] != null) {
    throw new ProviderError("unsupported", "thread: given, expected none: the whole conversation has to be sent");
  }
  assertBody(messagesBodyCheck, body, dottedPath);
  const request = parseMessagesBody(body);
  const calls = new Map<unknown, string>();
  for (const [, message] of recordsOf(body["messages"])) {
    for (const block of list(message["content"]).map(record)) {
      const signature = block["type"] === "tool_use" ? callSignature(block) : undefined;
      if (signature !== undefined) calls.set(block["id"], signature);
    }
  }
  return { ...request, messages: wholeTurns(request.messages.map((message) => signed(message, calls))) };
}

function signed(message: Message, calls: ReadonlyMap<unknown, string>): Message {
  if (message.role !== "assistant" || typeof message.content === "string") return message;
  return { ...message, content: message.content.map((part) => signedPart(part, calls)) };
}

function signedPart(part: AssistantPart, calls: ReadonlyMap<unknown, string>): AssistantPart {
  if (part.type === "text") return part;
  const { signature: given, ...rest } = part;
  const signature =
    part.type === "tool-call" ? calls.get(part.id) : given ? taggedSignature("anthropic", given) : undefined;
  return signature === undefined ? (rest as AssistantPart) : { ...rest, signature };
}
