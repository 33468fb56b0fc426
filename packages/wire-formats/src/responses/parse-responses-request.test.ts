import { type ChatRequest, ProviderError } from "@onehead/provider";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { toResponsesBody } from "../../../openai/src/responses/to-responses-body.js";
import { responses } from "./responses.js";

const tool = { type: "function", name: "f", parameters: {} };
const call = { type: "function_call", call_id: "1", name: "f", arguments: "{}" };
const user = { role: "user", content: "Hi" };

describe("a body is refused as invalid", () => {
  test.each<[object, string]>([
    [{ input: undefined }, "input: missing, expected text or a list of items"],
    [{ input: "" }, "input: empty text"],
    [{ input: [] }, "input: an empty list"],
    [{ input: {} }, "input: an object, expected text or a list of items"],
    [{ input: ["Hi"] }, "input[0]: text, expected an object"],
    [{ input: [{ role: "bot", content: "a" }] }, "input[0].role: bot, expected one of user, assistant"],
    [{ input: [{ role: "user" }] }, "input[0].content: missing, expected text or a list of parts"],
    [{ input: [{ role: "user", content: [{ type: "text" }] }] }, "input[0].content[0].type: text, expected one of"],
    [{ input: [{ ...call, call_id: undefined }] }, "input[0].call_id: missing"],
    [{ input: [{ type: "function_call_output", call_id: "9", output: "a" }] }, "input[0].call_id: an id that no call"],
    [{ input: [call, { type: "function_call_output", call_id: "1" }] }, "input[1].output: missing"],
    [{ instructions: 5 }, "instructions: 5, expected text"],
    [{ temperature: 3 }, "temperature: 3, expected a number from 0 to 2"],
    [{ max_output_tokens: 0 }, "max_output_tokens: 0"],
    [{ text: { format: { type: "json_schema", name: "n" } } }, "text.format.schema: missing, expected an object"],
    [{ tools: [{ type: "function", parameters: {} }] }, "tools[0].name: missing"],
    [{ tools: [{ name: "f" }] }, "tools[0].type: missing"],
    [{ tools: [tool], tool_choice: { type: "function", name: "g" } }, "tool_choice: a function that is not among"],
    [{ reasoning: { effort: "huge" } }, "reasoning.effort: huge"],
  ])("%j", (fields, message) => {
    expect(() => responses.parse({ input: "Hi", ...fields })).toThrow(
      expect.objectContaining({ code: "invalid-argument", message: expect.stringContaining(message) as unknown }),
    );
  });

  test("but not where the server holds the input", () => {
    const output = [{ type: "function_call_output", call_id: "9", output: "a" }];
    expect(() => responses.parse({ previous_response_id: "resp_1", input: output })).not.toThrow();
    expect(responses.parse({ prompt: { id: "p" } }).messages).toEqual([]);
  });
});

test("a request that was written is parsed as it was, its proofs named by who made them", () => {
  const request = (tag: string): ChatRequest => ({
    messages: [
      { role: "system", content: "Be short." },
      {
        role: "user",
        content: [
          { type: "text", text: "What is this?" },
          { type: "image", data: "https://host/a.png" },
          { type: "file", data: "https://host/a.pdf", mediaType: "application/pdf" },
        ],
      },
      {
        role: "assistant",
        content: [
          { type: "reasoning", text: "so", signature: `${tag}rs_1|gAAA` },
          { type: "text", text: "I look." },
          { type: "tool-call", id: "1", name: "f", arguments: '{"a":1}' },
          { type: "tool-call", id: "2", name: "f", arguments: "{}" },
        ],
      },
      {
        role: "tool",
        content: [
          { type: "tool-result", id: "1", name: "f", content: "one" },
          {
            type: "tool-result",
            id: "2",
            name: "f",
            content: [
              { type: "text", text: "two" },
              { type: "image", data: "https://host/b.png" },
            ],
          },
        ],
      },
    ],
    maxOutputTokens: 10,
    temperature: 0,
    topP: 0.9,
    responseFormat: { type: "json-schema", name: "n", schema: { a: 1 }, strict: true },
    tools: [{ name: "f", description: "d", parameters: { b: 2 }, strict: true }],
    toolChoice: { tool: "f" },
    parallelToolCalls: false,
    reasoning: { effort: "low" },
  });
  const { body, warnings } = toResponsesBody("gpt-5", request(""), "openai");
  expect(warnings).toEqual([]);
  expect(responses.parse(body)).toEqual(request("openai:"));
  expect(responses.translationRefusal(body)).toBeUndefined();
});

test("proofs of others come back as they went out", () => {
  const summary = [{ type: "summary_text", text: "a" }];
  const input = [
    user,
    { type: "reasoning", id: "rs_a_0", summary, encrypted_content: "google:A" },
    { type: "reasoning", id: "rs_a_1", summary: [], encrypted_content: "redacted:anthropic:B" },
    { type: "reasoning", id: "rs_a_2", summary },
    { type: "message", role: "assistant", content: [{ type: "refusal", refusal: "No." }] },
    { ...call, extra_content: { google: { thought_signature: "google:C" } } },
  ];
  const { messages, reasoning } = responses.parse({ input, reasoning: { effort: "xhigh" } });
  expect(reasoning).toEqual({ effort: "high" });
  expect(messages).toEqual([
    user,
    {
      role: "assistant",
      content: [
        { type: "reasoning", text: "a", signature: "google:A" },
        { type: "reasoning", text: "", signature: "anthropic:B", redacted: true },
        { type: "reasoning", text: "a" },
        { type: "text", text: "No." },
        { type: "tool-call", id: "1", name: "f", arguments: "{}", signature: "google:C" },
      ],
    },
  ]);
});

test("a body of any form is a request or an error of ours", () => {
  const value = fc.oneof(fc.jsonValue(), fc.constantFrom(user, [call], [tool], "reasoning", "message", "input_file"));
  const fields = fc.constantFrom("type", "role", "content", "output", "call_id", "summary", "encrypted_content");
  const item = fc.dictionary(fields, fc.oneof(value, fc.array(fc.dictionary(fields, value))));
  const names = fc.constantFrom("input", "instructions", "tools", "tool_choice", "text", "reasoning", "include");
  const body = fc.oneof(fc.dictionary(names, value), fc.record({ input: fc.array(item) }));
  fc.assert(
    fc.property(body, (given) => {
      expect(responses.translationRefusal(given)?.code ?? "unsupported").toBe("unsupported");
      responses.nativeBody(given);
      try {
        expect(responses.parse(given).messages.length).toBeGreaterThan(-1);
      } catch (error) {
        expect(ProviderError.isInstance(error) && error.code).toBe("invalid-argument");
      }
    }),
  );
});

describe("a call cannot be translated", () => {
  const part = (...content: object[]) => ({ input: [{ role: "user", content }] });
  test.each<[object, string]>([
    [{ previous_response_id: "resp_1" }, "previous_response_id: given, expected none"],
    [{ conversation: "conv_1" }, "conversation: given"],
    [{ prompt: { id: "p" } }, "prompt: given"],
    [{ background: true }, "background: true, expected false"],
    [{ top_logprobs: 2 }, "top_logprobs: 2"],
    [{ include: ["reasoning.encrypted_content", "message.output_text.logprobs"] }, "include[1]: message.output_text"],
    [{ tools: [tool, { type: "web_search" }] }, "tools[1].type: web_search, expected function"],
    [{ tools: [{ type: "code_interpreter" }] }, "tools[0].type: code_interpreter"],
    [{ tools: [tool], tool_choice: { type: "file_search" } }, "tool_choice.type: file_search, expected function"],
    [{ input: [user, { type: "item_reference", id: "1" }] }, "input[1].type: item_reference"],
    [{ input: [{ type: "computer_call" }] }, "input[0].type: computer_call"],
    [part({ type: "input_audio" }), "input[0].content[0].type: input_audio"],
    [part({ type: "input_image", file_id: "1" }), "input[0].content[0].image_url: a file by its id"],
    [part({ type: "input_file", file_id: "1" }), "input[0].content[0].file_data: a file by its id"],
    [
      {
        input: [call, { type: "function_call_output", call_id: "1", output: [{ type: "input_file", file_data: "a" }] }],
      },
      "input[1].output[0].type: input_file, expected input_text or input_image",
    ],
  ])("%j, but parsed for a provider that speaks the interface", (fields, message) => {
    const body = { input: "Hi", ...fields };
    expect(responses.translationRefusal(body)).toMatchObject({
      code: "unsupported",
      message: expect.stringContaining(message) as unknown,
    });
    expect(() => responses.parse(body)).not.toThrow();
  });
});
