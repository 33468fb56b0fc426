import { bracketPath, firstRefusal } from "../check/assert-body.js";
import { openAiError } from "../openai-wire/open-ai-error.js";
import type { ServerFormat } from "../server-format.js";
import { nativeResponsesBody } from "./native-responses-body.js";
import { parseResponsesRequest } from "./parse-responses-request.js";
import { responseAnswer } from "./response-answer.js";
import { ResponseEventWriter, streamError } from "./response-event-writer.js";
import { responsesRefusals } from "./responses-refusals.js";

const terminal = ["response.completed", "response.incomplete", "response.failed"];

/** `POST /responses`. */
export const responses: ServerFormat = {
  name: "responses",
  parse: parseResponsesRequest,
  translationRefusal: (body) => firstRefusal(responsesRefusals(body), bracketPath),
  nativeBody: nativeResponsesBody,
  nativeHeaders: ["openai-beta"],
  fieldNames: {
    messages: "input",
    maxOutputTokens: "max_output_tokens",
    topP: "top_p",
    responseFormat: "text.format",
    toolChoice: "tool_choice",
    parallelToolCalls: "parallel_tool_calls",
  },
  answer: responseAnswer,
  eventWriter: (about) => new ResponseEventWriter(about),
  isTerminal: ({ type }) => terminal.includes(type as string),
  errorBody: (error) => ({ error: openAiError(error) }),
  errorEvents: (error) => [{ event: "error", data: { ...streamError(error), sequence_number: 0 } }],
};
