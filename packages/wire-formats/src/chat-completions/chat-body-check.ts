import { record } from "@onehead/provider-http";
import {
  all,
  anyBoolean,
  anyRecord,
  anyText,
  byField,
  type Check,
  integerFrom,
  listOf,
  object,
  optional,
  recordsOf,
  someText,
  textOr,
  violation,
} from "../check/check.js";
import { effortCheck } from "../openai-wire/effort.js";
import { penaltyChecks, samplingChecks, stopCheck } from "../openai-wire/sampling-checks.js";
import { chosenToolCheck, toolChoiceCheck, toolFunctionCheck } from "../openai-wire/tool-checks.js";

const textPart = object({ text: anyText });
const textContent = textOr(listOf(byField("type", { text: textPart }, true), { least: 1 }), "text or a list of parts");
const userContent = textOr(
  listOf(
    byField(
      "type",
      {
        text: textPart,
        image_url: object({
          image_url: (value, path) => (typeof value === "string" ? undefined : address(value, path)),
        }),
        file: object({ file: anyRecord }),
        input_audio: object({ input_audio: anyRecord }),
      },
      true,
    ),
    { least: 1 },
  ),
  "text or a list of parts",
);
const address = object({ url: someText });
const assistantContent = textOr(
  listOf(byField("type", { text: textPart, refusal: object({ refusal: anyText }) }, true)),
  "text or a list of parts",
);

const toolCall = all(
  object({ id: someText }),
  // a custom tool has another form, and is none that others have
  (value, path) =>
    record(value)["type"] === "custom"
      ? undefined
      : object({ function: object({ name: someText, arguments: anyText }) })(value, path),
);

const assistant: Check = (value, path) => {
  const { content, tool_calls: calls, refusal, audio, function_call: call } = record(value);
  const bare = [calls, refusal, audio, call].every((field) => field == null);
  if (content == null && bare) return violation([...path, "content"], content, "text, or tool_calls");
  return object({
    content: optional(assistantContent),
    refusal: optional(anyText),
    tool_calls: optional(listOf(toolCall, { least: 1 })),
  })(value, path);
};

const message = byField(
  "role",
  {
    system: object({ content: textContent }),
    developer: object({ content: textContent }),
    user: object({ content: userContent }),
    assistant,
    tool: object({ content: textContent, tool_call_id: someText }),
    function: object({ name: someText }),
  },
  true,
);

/** A result answers a call that was made before it. */
const answeredCalls: Check = (value, path) => {
  const called = new Set<unknown>();
  for (const [i, { role, tool_calls: calls, tool_call_id: id }] of recordsOf(record(value)["messages"])) {
    for (const [, call] of role === "assistant" ? recordsOf(calls) : []) called.add(call["id"]);
    if (role === "tool" && !called.has(id)) {
      const expected = "the id of a call of the assistant before";
      return { path: [...path, "messages", i, "tool_call_id"], found: "an id that no call has", expected };
    }
  }
  return undefined;
};

const format = byField(
  "type",
  {
    text: anyRecord,
    json_object: anyRecord,
    json_schema: object({
      json_schema: object({
        name: someText,
        description: optional(anyText),
        schema: optional(anyRecord),
        strict: optional(anyBoolean),
      }),
    }),
  },
  true,
);

/** What `POST /chat/completions` refuses. */
export const chatBodyCheck: Check = all(
  object({
    messages: listOf(message, { least: 1 }),
    ...samplingChecks,
    ...penaltyChecks,
    max_tokens: optional(integerFrom(1)),
    max_completion_tokens: optional(integerFrom(1)),
    n: optional(integerFrom(1, 128)),
    seed: optional(integerFrom(Number.MIN_SAFE_INTEGER)),
    stop: stopCheck,
    logprobs: optional(anyBoolean),
    top_logprobs: optional(integerFrom(0, 20)),
    response_format: optional(format),
    tools: optional(listOf(byField("type", { function: object({ function: toolFunctionCheck }) }))),
    tool_choice: toolChoiceCheck(object({ function: object({ name: someText }) })),
    parallel_tool_calls: optional(anyBoolean),
    reasoning_effort: effortCheck,
    stream_options: optional(object({ include_usage: optional(anyBoolean) })),
  }),
  answeredCalls,
  chosenToolCheck(
    (tool) => record(tool["function"])["name"],
    (choice) => record(choice["function"])["name"],
  ),
);
