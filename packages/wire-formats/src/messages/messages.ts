import { dottedPath, firstRefusal } from "../check/assert-body.js";
import type { ServerFormat } from "../server-format.js";
import { anthropicError } from "./anthropic-error.js";
import { messageAnswer } from "./message-answer.js";
import { MessageEventWriter } from "./message-event-writer.js";
import { messagesRefusals } from "./messages-refusals.js";
import { nativeMessagesBody } from "./native-messages-body.js";
import { parseMessagesRequest } from "./parse-messages-request.js";

/** `POST /v1/messages`. */
export const messages: ServerFormat = {
  name: "messages",
  parse: parseMessagesRequest,
  translationRefusal: (body) => firstRefusal(messagesRefusals(body), dottedPath),
  nativeBody: nativeMessagesBody,
  nativeHeaders: ["anthropic-version", "anthropic-beta"],
  fieldNames: {
    maxOutputTokens: "max_tokens",
    topP: "top_p",
    topK: "top_k",
    stop: "stop_sequences",
    responseFormat: "output_config.format",
    toolChoice: "tool_choice",
    parallelToolCalls: "tool_choice",
    reasoning: "thinking",
  },
  answer: messageAnswer,
  eventWriter: (about) => new MessageEventWriter(about),
  isTerminal: ({ type }) => type === "message_stop",
  errorBody: anthropicError,
  errorEvents: (error) => [{ event: "error", data: anthropicError(error) }],
};
