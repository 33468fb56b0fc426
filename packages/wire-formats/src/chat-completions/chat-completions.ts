import { list } from "@onehead/provider-http";
import { bracketPath, firstRefusal } from "../check/assert-body.js";
import { openAiError } from "../openai-wire/open-ai-error.js";
import type { ServerFormat } from "../server-format.js";
import { chatAnswer } from "./chat-answer.js";
import { ChatEventWriter } from "./chat-event-writer.js";
import { chatRefusals } from "./chat-refusals.js";
import { nativeChatBody } from "./native-chat-body.js";
import { parseChatRequest } from "./parse-chat-request.js";

/** `POST /chat/completions`. */
export const chatCompletions: ServerFormat = {
  name: "chat-completions",
  parse: parseChatRequest,
  translationRefusal: (body) => firstRefusal(chatRefusals(body), bracketPath),
  nativeBody: nativeChatBody,
  nativeHeaders: ["openai-beta"],
  fieldNames: {
    maxOutputTokens: "max_completion_tokens",
    topP: "top_p",
    presencePenalty: "presence_penalty",
    frequencyPenalty: "frequency_penalty",
    topLogprobs: "top_logprobs",
    responseFormat: "response_format",
    toolChoice: "tool_choice",
    parallelToolCalls: "parallel_tool_calls",
    reasoning: "reasoning_effort",
  },
  answer: chatAnswer,
  eventWriter: (about) => new ChatEventWriter(about),
  // with the usage, which comes last; servers that tell it earlier end their answer without a sign
  isTerminal: ({ choices, usage }) => Array.isArray(choices) && list(choices).length === 0 && usage != null,
  errorBody: (error) => ({ error: openAiError(error) }),
  errorEvents: (error) => [{ data: { error: openAiError(error) } }],
};
