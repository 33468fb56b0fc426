import { isRecord, record } from "@onehead/provider-http";
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
  oneOf,
  optional,
  recordsOf,
  someText,
  textOr,
  violation,
} from "../check/check.js";
import { effortCheck } from "../openai-wire/effort.js";
import { samplingChecks } from "../openai-wire/sampling-checks.js";
import { chosenToolCheck, toolChoiceCheck, toolFunctionCheck } from "../openai-wire/tool-checks.js";

const textPart = object({ text: anyText });
const inputParts = listOf(
  byField(
    "type",
    {
      input_text: textPart,
      output_text: textPart,
      refusal: object({ refusal: anyText }),
      input_image: object({ image_url: optional(someText), file_id: optional(someText) }),
      input_file: object({ file_data: optional(someText), file_url: optional(someText), file_id: optional(someText) }),
      input_audio: anyRecord,
    },
    true,
  ),
);
const content = textOr(inputParts, "text or a list of parts");
const message = all(object({ role: oneOf("user", "assistant", "system", "developer") }), object({ content }));

// items that are not listed are calls of OpenAI's own tools: what they hold is for it to check
const typedItem = byField("type", {
  message,
  function_call: object({ call_id: someText, name: someText, arguments: anyText }),
  function_call_output: object({ call_id: someText, output: content }),
  reasoning: object({ encrypted_content: optional(anyText) }),
});

const item: Check = (value, path) => {
  if (!isRecord(value)) return violation(path, value, "an object");
  return value["type"] == null ? message(value, path) : typedItem(value, path);
};

/** Without any input there has to be some that the server holds. */
const inputCheck: Check = (value, path) => {
  const { input, previous_response_id: previous, conversation, prompt } = record(value);
  const held = previous != null || conversation != null || prompt != null;
  const at = [...path, "input"];
  if (input == null) return held ? undefined : violation(at, input, "text or a list of items");
  if (input === "") return violation(at, input, "text that is not empty");
  return textOr(listOf(item, { least: held ? 0 : 1 }), "text or a list of items")(input, at);
};

/** An output answers a call that was made before it, as far as the calls are here. */
const answeredCalls: Check = (value, path) => {
  const { input, previous_response_id: previous, conversation } = record(value);
  if (previous != null || conversation != null) return undefined;
  const called = new Set<unknown>();
  for (const [i, { type, call_id: id }] of recordsOf(input)) {
    // a reference may be to a call
    if (type === "item_reference") return undefined;
    if (type === "function_call") called.add(id);
    if (type === "function_call_output" && !called.has(id)) {
      const expected = "the call_id of a function_call before";
      return { path: [...path, "input", i, "call_id"], found: "an id that no call has", expected };
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
      name: someText,
      schema: anyRecord,
      description: optional(anyText),
      strict: optional(anyBoolean),
    }),
  },
  true,
);

/** What `POST /responses` refuses. */
export const responsesBodyCheck: Check = all(
  inputCheck,
  object({
    ...samplingChecks,
    instructions: optional(anyText),
    max_output_tokens: optional(integerFrom(1)),
    top_logprobs: optional(integerFrom(0, 20)),
    text: optional(object({ format: optional(format) })),
    tools: optional(listOf(byField("type", { function: toolFunctionCheck }))),
    tool_choice: toolChoiceCheck(object({ name: someText })),
    parallel_tool_calls: optional(anyBoolean),
    reasoning: optional(object({ effort: effortCheck })),
    include: optional(listOf(someText)),
    store: optional(anyBoolean),
    background: optional(anyBoolean),
    previous_response_id: optional(someText),
  }),
  answeredCalls,
  chosenToolCheck(
    (tool) => tool["name"],
    (choice) => choice["name"],
  ),
);
