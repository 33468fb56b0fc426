import { type ChatProtocol, record } from "@onehead/provider-http";
import type { Transport } from "../transport.js";
import { ChatEventReader } from "./chat-event-reader.js";
import { chatUsage } from "./chat-usage.js";
import { fromChatCompletion } from "./from-chat-completion.js";
import { toChatBody } from "./to-chat-body.js";

const path = "/v1/chat/completions";

/** `POST /v1/chat/completions`. */
export function chatProtocol(provider: string, model: string, transport: Transport): ChatProtocol<object, unknown> {
  return {
    signatures: "mistral",
    toBody: (request) => toChatBody(model, request, provider),
    send: (call, body, { headers }) => transport.json(call, path, body, headers),
    toResult: fromChatCompletion,
    usageOf: (answer) => chatUsage(record(answer)["usage"]),
    open: (call, body, { headers }) => transport.events(call, path, body, headers),
    reader: (warnings) => new ChatEventReader(warnings),
  };
}
