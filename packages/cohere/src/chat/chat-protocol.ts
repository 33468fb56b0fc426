import { type ChatProtocol, record } from "@onehead/provider-http";
import type { Transport } from "../transport.js";
import { ChatEventReader } from "./chat-event-reader.js";
import { chatUsage } from "./chat-usage.js";
import { fromChatAnswer } from "./from-chat-answer.js";
import { toChatBody } from "./to-chat-body.js";

/** `POST /v2/chat`. */
export function chatProtocol(model: string, transport: Transport): ChatProtocol<object, unknown> {
  return {
    signatures: "cohere",
    toBody: (request) => toChatBody(model, request),
    send: (call, body, request) => transport.json(call, "/v2/chat", body, request),
    toResult: (answer, warnings) => fromChatAnswer(answer, warnings),
    usageOf: (answer) => chatUsage(record(answer)["usage"]),
    open: (call, body, request) => transport.events(call, "/v2/chat", body, request),
    reader: (warnings) => new ChatEventReader(warnings),
  };
}
