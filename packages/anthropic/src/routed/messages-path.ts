import { type RoutedPath, record } from "@onehead/provider-http";
import { parseMessagesBody } from "@onehead/wire-formats/bodies";
import { MessageEventReader } from "../messages/message-event-reader.js";
import { messageUsage } from "../messages/message-usage.js";

/**
 * A thread is held by the server, so that a turn says nothing of the ones before: nobody could choose a model for it. The client's
 * tool runner sends whole conversations once it is told so.
 */
const threadRefusal = {
  type: "error",
  error: {
    type: "invalid_request_error",
    message: 'thread: given, expected none: model "auto" is chosen by the whole conversation',
    details: { error_code: "thread_unsupported_request", unsupported: ["thread"] },
  },
};

/** The path at which a routed client routes; counting tokens and batches have paths of their own. */
export const messagesPath: RoutedPath = {
  path: "/v1/messages",
  toRequest: parseMessagesBody,
  refusalOf: (body) => (body["thread"] == null ? undefined : threadRefusal),
  withModel: (body, model) => ({ ...body, model }),
  isAnswer: ({ content }) => Array.isArray(content),
  usageOf: (answer) => messageUsage(record(answer)["usage"]),
  reader: () => new MessageEventReader([]),
  lastOf: () => (event) => event["type"] === "message_delta" && record(event["delta"])["stop_reason"] != null,
  carrierOf(event) {
    // the client's own helpers keep this object as the message
    if (event["type"] === "message_start") return record(event["message"]);
    return event["type"] === "message_delta" ? event : null;
  },
  isHidden: () => false,
};
