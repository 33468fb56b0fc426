import type { JsonObject } from "@onehead/provider";
import { chatCompletions } from "../chat-completions/chat-completions.js";
import { bracketPath, firstRefusal } from "../check/assert-body.js";
import type { ServerFormat } from "../server-format.js";
import { completionAnswer } from "./completion-answer.js";
import { CompletionEventWriter } from "./completion-event-writer.js";
import { completionRefusals, parseCompletionRequest } from "./parse-completion-request.js";

/** `POST /completions`: OpenAI's older interface, of which a conversation of one turn can say a part. */
export const completions: ServerFormat = {
  name: "completions",
  parse: parseCompletionRequest,
  translationRefusal: (body) => firstRefusal(completionRefusals(body), bracketPath),
  nativeBody: (body) => body as JsonObject,
  nativeHeaders: [],
  fieldNames: {
    messages: "prompt",
    maxOutputTokens: "max_tokens",
    topP: "top_p",
    presencePenalty: "presence_penalty",
    frequencyPenalty: "frequency_penalty",
    topLogprobs: "logprobs",
  },
  answer: completionAnswer,
  eventWriter: (about) => new CompletionEventWriter(about),
  isTerminal: chatCompletions.isTerminal,
  errorBody: chatCompletions.errorBody,
  errorEvents: chatCompletions.errorEvents,
};
