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
  numberIn,
  object,
  oneOf,
  optional,
  recordsOf,
  someText,
  textOr,
  violation,
} from "../check/check.js";

const textBlock = object({ text: someText });
const systemContent = textOr(listOf(byField("type", { text: textBlock }, true)), "text or a list of text blocks");

const source = byField("type", {
  base64: object({ media_type: someText, data: someText }),
  url: object({ url: someText }),
  text: object({ data: anyText }),
});

// kinds that are not listed are Anthropic's own: what they hold is for it to check
const resultContent = textOr(
  listOf(byField("type", { text: textBlock, image: object({ source }) })),
  "text or a list of blocks",
);
const block = byField("type", {
  text: textBlock,
  image: object({ source }),
  document: object({ source }),
  thinking: object({ thinking: anyText, signature: anyText }),
  redacted_thinking: object({ data: anyText }),
  tool_use: object({ id: someText, name: someText, input: anyRecord }),
  tool_result: object({ tool_use_id: someText, content: optional(resultContent), is_error: optional(anyBoolean) }),
});
const content = textOr(listOf(block), "text or a list of blocks");

const message = byField(
  "role",
  { user: object({ content }), assistant: object({ content }), system: object({ content: systemContent }) },
  true,
);

/** Only the last turn may be empty, and only where it is the assistant's. */
const filledTurns: Check = (value, path) => {
  const messages = recordsOf(record(value)["messages"]);
  for (const [i, { role, content }] of messages) {
    if (role === "assistant" && i === messages.length - 1) continue;
    const empty = content === "" || (Array.isArray(content) && content.length === 0);
    if (empty) return violation([...path, "messages", i, "content"], content, "content");
  }
  return undefined;
};

/** A result answers a call of the assistant before it. */
const answeredCalls: Check = (value, path) => {
  const called = new Set<unknown>();
  for (const [i, { role, content }] of recordsOf(record(value)["messages"])) {
    for (const [j, { type, id, tool_use_id: answered }] of recordsOf(content)) {
      if (type === "tool_use" && role === "assistant") called.add(id);
      if (type !== "tool_result" || called.has(answered)) continue;
      const at = [...path, "messages", i, "content", j, "tool_use_id"];
      return { path: at, found: "an id that no call has", expected: "the id of a tool_use block before" };
    }
  }
  return undefined;
};

const ownTool = object({
  name: someText,
  description: optional(anyText),
  input_schema: anyRecord,
  strict: optional(anyBoolean),
});

/** Tools that have a type of their own are Anthropic's. */
const tool: Check = (value, path) => {
  if (!isRecord(value)) return violation(path, value, "an object");
  const { type } = value;
  return type == null || type === "custom" ? ownTool(value, path) : object({ type: someText })(value, path);
};

const choice = byField(
  "type",
  { auto: anyRecord, any: anyRecord, none: anyRecord, tool: object({ name: someText }) },
  true,
);

/** A tool can be forced only where it is given. */
const chosenTool: Check = (value, path) => {
  const { tools, tool_choice: choice } = record(value);
  const { type, name } = record(choice);
  if (type !== "any" && type !== "tool") return undefined;
  const given = recordsOf(tools);
  const at = [...path, "tool_choice"];
  if (given.length === 0) return { path: at, found: "given without tools", expected: "tools" };
  if (type === "any" || given.some(([, tool]) => tool["name"] === name)) return undefined;
  return { path: [...at, "name"], found: "a tool that is not given", expected: "one of tools" };
};

const thinking = byField(
  "type",
  {
    enabled: object({ budget_tokens: integerFrom(1024) }),
    disabled: anyRecord,
    adaptive: anyRecord,
    between_tools: anyRecord,
  },
  true,
);

/** What `POST /v1/messages` refuses. */
export const messagesBodyCheck: Check = all(
  object({
    max_tokens: integerFrom(0),
    messages: listOf(message, { least: 1 }),
    system: optional(systemContent),
    temperature: optional(numberIn(0, 1)),
    top_p: optional(numberIn(0, 1)),
    top_k: optional(integerFrom(0)),
    stop_sequences: optional(listOf(someText)),
    stream: optional(anyBoolean),
    tools: optional(listOf(tool)),
    tool_choice: optional(choice),
    thinking: optional(thinking),
    output_config: optional(
      object({
        effort: optional(oneOf("low", "medium", "high", "xhigh", "max")),
        format: optional(byField("type", { json_schema: object({ schema: anyRecord }) }, true)),
      }),
    ),
  }),
  filledTurns,
  answeredCalls,
  chosenTool,
);
