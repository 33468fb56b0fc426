import type { ChatRequest } from "@onehead/provider";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { toChatBody } from "../../../openai/src/chat/to-chat-body.js";
import { parseChatBody } from "./parse-chat-body.js";

/** What both this parser and the writer know. */
const body = {
  model: "auto",
  messages: [
    { role: "system", content: "Be short." },
    { role: "user", content: "Hi" },
    {
      role: "user",
      content: [
        { type: "text", text: "What is this?" },
        { type: "image_url", image_url: { url: "https://host/a.png" } },
        { type: "image_url", image_url: { url: "data:image/png;base64,AQ==" } },
        { type: "file", file: { filename: "a.pdf", file_data: "data:application/pdf;base64,AQ==" } },
      ],
    },
    { role: "assistant", content: "A cat." },
    {
      role: "assistant",
      content: null,
      tool_calls: [{ id: "1", type: "function", function: { name: "look_up", arguments: '{"a":1}' } }],
    },
    { role: "tool", tool_call_id: "1", content: "rain" },
  ],
  max_completion_tokens: 10,
  temperature: 0,
  top_p: 0.9,
  presence_penalty: 0,
  frequency_penalty: -1,
  stop: ["END", "."],
  seed: 7,
  logprobs: true,
  top_logprobs: 3,
  response_format: {
    type: "json_schema",
    json_schema: { name: "n", description: "d", schema: { a: 1 }, strict: true },
  },
  tools: [{ type: "function", function: { name: "look_up", description: "d", parameters: { b: 2 }, strict: false } }],
  tool_choice: { type: "function", function: { name: "look_up" } },
  parallel_tool_calls: false,
  reasoning_effort: "low",
};

const written = (request: ChatRequest) => toChatBody("auto", request, "openai", "openai").body;

describe("a body that is parsed and written again", () => {
  test("is the same", () => {
    expect(written(parseChatBody(body))).toEqual(body);
  });

  test.each<[string, object, object]>([
    ["one stop sequence", { stop: "END" }, { stop: ["END"] }],
    ["the older limit", { max_tokens: 5 }, { max_completion_tokens: 5 }],
    ["probabilities without alternatives", { logprobs: true }, { logprobs: true }],
    ["alternatives without probabilities", { logprobs: false, top_logprobs: 3 }, {}],
    [
      "JSON without a schema",
      { response_format: { type: "json_object" } },
      { response_format: { type: "json_object" } },
    ],
    ["text", { response_format: { type: "text" } }, {}],
    ["no tools", { tools: [], tool_choice: "auto" }, {}],
    ["null for every field", { stop: null, seed: null, tools: null, temperature: null, reasoning_effort: null }, {}],
    ["an effort of a kind that others do not have", { reasoning_effort: "xhigh" }, {}],
  ])("keeps what it means: %s", (_, given, kept) => {
    const { messages } = body;
    expect(written(parseChatBody({ model: "auto", messages, ...given }))).toEqual({ model: "auto", messages, ...kept });
  });
});

describe("a message", () => {
  test.each<[string, object, object[]]>([
    ["of the developer", { role: "developer", content: "a" }, [{ role: "system", content: "a" }]],
    [
      "of the system in parts",
      {
        role: "system",
        content: [
          { type: "text", text: "a" },
          { type: "text", text: "b" },
        ],
      },
      [{ role: "system", content: "a\nb" }],
    ],
    [
      "of the assistant with text and calls",
      { role: "assistant", content: "a", tool_calls: [{ id: "1", function: { name: "n" } }] },
      [
        {
          role: "assistant",
          content: [
            { type: "text", text: "a" },
            { type: "tool-call", id: "1", name: "n", arguments: "{}" },
          ],
        },
      ],
    ],
    [
      "of a tool in parts",
      { role: "tool", tool_call_id: "1", content: [{ type: "text", text: "a" }] },
      [{ role: "tool", content: [{ type: "tool-result", id: "1", name: "", content: "a" }] }],
    ],
    [
      "with an image as text, as some servers take it",
      { role: "user", content: [{ type: "image_url", image_url: "https://host/a.png" }] },
      [{ role: "user", content: [{ type: "image", data: "https://host/a.png" }] }],
    ],
    [
      "with parts that others do not have",
      {
        role: "user",
        content: [
          { type: "input_audio", input_audio: {} },
          { type: "file", file: { file_id: "1" } },
        ],
      },
      [{ role: "user", content: [] }],
    ],
    ["of another role", { role: "function", content: "a" }, []],
  ])("%s", (_, message, messages) => {
    expect(parseChatBody({ messages: [message] }).messages).toEqual(messages);
  });
});

test("a body of any form is a request: it is for the provider to refuse it", () => {
  const names = Object.keys(body);
  const any = fc.dictionary(fc.constantFrom(...names), fc.jsonValue());
  fc.assert(
    fc.property(
      any,
      fc.array(fc.dictionary(fc.constantFrom("role", "content", "tool_calls"), fc.jsonValue())),
      (fields, messages) => {
        expect(Array.isArray(parseChatBody({ ...fields, messages }).messages)).toBe(true);
        expect(Array.isArray(parseChatBody(fields).messages)).toBe(true);
      },
    ),
  );
});
