import { type RoutedPath, record } from "@onehead/provider-http";
import { MessageEventReader } from "../messages/message-event-reader.js";
import { messageUsage } from "../messages/message-usage.js";
import { parseMessagesBody } from "./parse-messages-body.js";

/** The path at which a routed client routes; counting tokens and batches have paths of their own. */
export const messagesPath: RoutedPath = {
  path: "/v1/messages",
  toRequest: parseMessagesBody,
  withModel: (body, model) => ({ ...body, model }),
  usageOf: (answer) => messageUsage(record(answer)["usage"]),
  reader: () => new MessageEventReader([]),
  isLast: (event) => event["type"] === "message_delta" && record(event["delta"])["stop_reason"] != null,
  carrierOf(event) {
    // the client's own helpers keep this object as the message
    if (event["type"] === "message_start") return record(event["message"]);
    return event["type"] === "message_delta" ? event : null;
  },
  isHidden: () => false,
};
