import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { toResponsesBody } from "../../../openai/src/responses/to-responses-body.js";
import { parseResponsesBody } from "./parse-responses-body.js";

/** What both this parser and the writer know. */
const body = {
  model: "gpt-4.1",
  input: [
    { role: "system", content: [{ type: "input_text", text: "Be short." }] },
    {
      role: "user",
      content: [
        { type: "input_text", text: "What is this?" },
        { type: "input_image", image_url: "https://host/a.png", detail: "auto" },
        { type: "input_image", image_url: "data:image/png;base64,AQ==", detail: "auto" },
        { type: "input_file", file_url: "https://host/a.pdf" },
        { type: "input_file", filename: "a.pdf", file_data: "data:application/pdf;base64,AQ==" },
      ],
    },
    { role: "assistant", content: [{ type: "output_text", text: "A cat." }] },
    { type: "function_call", call_id: "1", name: "look_up", arguments: '{"a":1}' },
    { type: "function_call_output", call_id: "1", output: "rain" },
  ],
  store: false,
  include: ["message.output_text.logprobs"],
  max_output_tokens: 10,
  temperature: 0,
  top_p: 0.9,
  top_logprobs: 0,
  text: { format: { type: "json_schema", name: "n", description: "d", schema: { a: 1 }, strict: true } },
  tools: [{ type: "function", name: "look_up", description: "d", parameters: { b: 2 }, strict: true }],
  tool_choice: { type: "function", name: "look_up" },
  parallel_tool_calls: false,
  reasoning: { effort: "low" },
};

test("a body that is parsed and written again is the same", () => {
  expect(toResponsesBody("gpt-4.1", parseResponsesBody(body), "openai").body).toEqual(body);
});

describe("input", () => {
  test.each<[string, object, object[]]>([
    ["as text", { input: "Hi" }, [{ role: "user", content: "Hi" }]],
    [
      "with instructions, which come first",
      { input: "Hi", instructions: "Be short." },
      [
        { role: "system", content: "Be short." },
        { role: "user", content: "Hi" },
      ],
    ],
    [
      "of messages with text",
      {
        input: [
          { type: "message", role: "developer", content: "a" },
          { role: "user", content: "b" },
          { role: "assistant", content: "c" },
        ],
      },
      [
        { role: "system", content: "a" },
        { role: "user", content: "b" },
        { role: "assistant", content: "c" },
      ],
    ],
    [
      "of outputs in parts",
      { input: [{ type: "function_call_output", call_id: "1", output: [{ type: "input_text", text: "a" }] }] },
      [{ role: "tool", content: [{ type: "tool-result", id: "1", name: "", content: "a" }] }],
    ],
    [
      "of items that others do not have",
      { input: [{ type: "reasoning", id: "rs_1" }, { type: "item_reference" }, 7] },
      [],
    ],
    ["that is missing", {}, []],
  ])("%s", (_, given, messages) => {
    expect(parseResponsesBody({ model: "auto", ...given }).messages).toEqual(messages);
  });
});

test("tools of the provider's own are none that others have", () => {
  const tools = [{ type: "web_search" }, { type: "function", name: "n", parameters: {} }];
  expect(parseResponsesBody({ input: "Hi", tools }).tools).toEqual([{ name: "n", parameters: {} }]);
});

test("a body of any form is a request: it is for the provider to refuse it", () => {
  const any = fc.dictionary(fc.constantFrom(...Object.keys(body)), fc.jsonValue());
  fc.assert(
    fc.property(any, (fields) => {
      expect(Array.isArray(parseResponsesBody(fields).messages)).toBe(true);
    }),
  );
});
