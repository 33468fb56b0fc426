import type { ChatProtocol } from "@onehead/provider-http";
import type { Transport } from "../transport.js";
import { ChatEventReader } from "./chat-event-reader.js";
import { chatUsage } from "./chat-parts.js";
import { fromChatAnswer } from "./from-chat-answer.js";
import { toChatBody } from "./to-chat-body.js";

/** `POST /api/chat`. */
export function chatProtocol(
  provider: string,
  model: string,
  transport: Transport,
  keepAlive: string | number | undefined,
): ChatProtocol<object, unknown> {
  return {
    // streams unless it is told not to
    signatures: null,
    toBody: (request, streaming) => {
      const { body, warnings } = toChatBody(model, request, provider, keepAlive);
      return { body: { ...body, stream: streaming }, warnings };
    },
    send: (call, body, { headers }) => transport.json(call, "/api/chat", body, headers),
    toResult: fromChatAnswer,
    usageOf: chatUsage,
    open: (call, body, { headers }) => transport.events(call, "/api/chat", body, headers),
    reader: (warnings) => new ChatEventReader(warnings),
  };
}
