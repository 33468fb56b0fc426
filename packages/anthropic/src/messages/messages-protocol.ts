import { type ChatProtocol, record } from "@onehead/provider-http";
import { messagesPath } from "../routed/messages-path.js";
import type { Transport } from "../transport.js";
import { fromMessage } from "./from-message.js";
import { MessageEventReader } from "./message-event-reader.js";
import { messageUsage } from "./message-usage.js";
import { toMessagesBody } from "./to-messages-body.js";

/** `POST /v1/messages`. */
export function messagesProtocol(provider: string, model: string, transport: Transport): ChatProtocol<object, unknown> {
  return {
    signatures: "anthropic",
    toBody: (request) => toMessagesBody(model, request, provider),
    send: (call, body, { headers }) => transport.json(call, body, headers),
    toResult: fromMessage,
    usageOf: (answer) => messageUsage(record(answer)["usage"]),
    open: (call, body, { headers }) => transport.events(call, body, headers),
    reader: (warnings) => new MessageEventReader(warnings),
    native: { format: "messages", withModel: messagesPath.withModel, isAnswer: messagesPath.isAnswer },
  };
}
