import type { ChatProtocol } from "@onehead/provider-http";
import { record } from "@onehead/provider-http";
import { chatPath } from "../routed/routed-paths.js";
import type { Dialect } from "../settings.js";
import type { Transport } from "../transport.js";
import { ChatEventReader } from "./chat-event-reader.js";
import { chatUsage } from "./chat-usage.js";
import { fromChatCompletion } from "./from-chat-completion.js";
import { toChatBody } from "./to-chat-body.js";

/** `POST /chat/completions`. */
export function chatProtocol(
  provider: string,
  model: string,
  transport: Transport,
  dialect: Dialect,
): ChatProtocol<object, unknown> {
  return {
    signatures: null,
    toBody: (request, streaming) => {
      const { body, warnings } = toChatBody(model, request, dialect, provider);
      return { body: streaming ? { stream_options: { include_usage: true }, ...body } : body, warnings };
    },
    send: (call, body, { headers }) => transport.json(call, "/chat/completions", body, headers),
    toResult: fromChatCompletion,
    usageOf: (answer) => chatUsage(record(answer)["usage"]),
    open: (call, body, { headers }) => transport.events(call, "/chat/completions", body, headers),
    reader: (warnings) => new ChatEventReader(warnings),
    native: { format: "chat-completions", withModel: chatPath.withModel, isAnswer: chatPath.isAnswer },
  };
}
