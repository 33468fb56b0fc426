import { type ChatRequest, ProviderError } from "@onehead/provider";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { toMessagesBody } from "../../../anthropic/src/messages/to-messages-body.js";
import { messages } from "./messages.js";

const user = { role: "user", content: "Hi" };
const base = { model: "auto", max_tokens: 10, messages: [user] };
const tool = { name: "f", input_schema: { type: "object" } };
const use = { type: "tool_use", id: "1", name: "f", input: {} };
const asked = (role: string, ...content: object[]) => ({ messages: [{ role, content }, user] });

describe("a body is refused as invalid", () => {
  test.each<[object, string]>([
    [{ max_tokens: undefined }, "max_tokens: missing, expected an integer of at least 0"],
    [{ max_tokens: "5" }, "max_tokens: text"],
    [{ messages: undefined }, "messages: missing, expected a list"],
    [{ messages: [] }, "messages: an empty list"],
    [{ messages: [{ role: "tool", content: "a" }] }, "messages.0.role: tool, expected one of user, assistant, system"],
    [{ messages: [{ role: "system" }, user] }, "messages.0.content: missing, expected text or a list of text blocks"],
    [{ messages: [{ role: "user" }] }, "messages.0.content: missing, expected text or a list of blocks"],
    [{ messages: [{ role: "user", content: "" }] }, "messages.0.content: empty text, expected content"],
    [{ messages: [user, { role: "assistant", content: [] }, user] }, "messages.1.content: an empty list"],
    [asked("user", { type: "text", text: "" }), "messages.0.content.0.text: empty text"],
    [asked("user", { text: "a" }), "messages.0.content.0.type: missing"],
    [asked("user", { type: "image" }), "messages.0.content.0.source: missing, expected an object"],
    [
      asked("user", { type: "image", source: { type: "base64", data: "AA==" } }),
      "messages.0.content.0.source.media_type: missing",
    ],
    [asked("assistant", { ...use, input: "{}" }), "messages.0.content.0.input: text, expected an object"],
    [
      asked("user", { type: "tool_result", tool_use_id: "9" }),
      "messages.0.content.0.tool_use_id: an id that no call has, expected the id of a tool_use block before",
    ],
    [asked("assistant", { type: "thinking", thinking: "a" }), "messages.0.content.0.signature: missing"],
    [{ system: 5 }, "system: 5, expected text or a list of text blocks"],
    [{ temperature: 1.5 }, "temperature: 1.5, expected a number from 0 to 1"],
    [{ top_k: 1.5 }, "top_k: 1.5"],
    [{ stop_sequences: "END" }, "stop_sequences: text, expected a list"],
    [{ tools: [{ name: "f" }] }, "tools.0.input_schema: missing, expected an object"],
    [{ tools: [{ input_schema: {} }] }, "tools.0.name: missing"],
    [{ tools: [tool], tool_choice: "auto" }, "tool_choice: text, expected an object"],
    [{ tools: [tool], tool_choice: { type: "required" } }, "tool_choice.type: required, expected one of auto, any"],
    [{ tools: [tool], tool_choice: { type: "tool" } }, "tool_choice.name: missing"],
    [{ tools: [tool], tool_choice: { type: "tool", name: "g" } }, "tool_choice.name: a tool that is not given"],
    [{ tool_choice: { type: "any" } }, "tool_choice: given without tools"],
    [{ thinking: { type: "enabled" } }, "thinking.budget_tokens: missing, expected an integer of at least 1024"],
    [{ output_config: { effort: "huge" } }, "output_config.effort: huge"],
  ])("%j", (fields, message) => {
    expect(() => messages.parse({ ...base, ...fields })).toThrow(
      expect.objectContaining({ code: "invalid-argument", message: expect.stringContaining(message) as unknown }),
    );
  });
});

test("a request that was written is parsed as it was, its proofs named by who made them", () => {
  const request = (tag: string): ChatRequest => ({
    messages: [
      { role: "system", content: [{ type: "text", text: "Be brief.", cache: true }] },
      { role: "user", content: [{ type: "image", data: "aGk=", mediaType: "image/png" }] },
      {
        role: "assistant",
        content: [
          { type: "reasoning", text: "so", signature: `${tag}E1` },
          { type: "reasoning", text: "", signature: `${tag}E2`, redacted: true },
          { type: "text", text: "I look." },
          { type: "tool-call", id: "1", name: "f", arguments: '{"a":1}' },
        ],
      },
      {
        role: "tool",
        content: [
          {
            type: "tool-result",
            id: "1",
            name: "f",
            content: [
              { type: "text", text: "r" },
              { type: "image", data: "aGk=", mediaType: "image/png" },
            ],
            isError: true,
          },
        ],
      },
      { role: "user", content: [{ type: "text", text: "And?" }] },
    ],
    maxOutputTokens: 2000,
    topP: 0.95,
    stop: ["END"],
    tools: [{ name: "f", description: "F", parameters: { type: "object" }, strict: false }],
    toolChoice: "auto",
    parallelToolCalls: false,
    responseFormat: { type: "json-schema", schema: { type: "string" } },
    reasoning: { budgetTokens: 1500 },
  });
  const { body, warnings } = toMessagesBody("claude-haiku-4-5", request(""), "anthropic");
  expect(warnings).toEqual([]);
  expect(messages.parse(body)).toEqual(request("anthropic:"));
  expect(messages.translationRefusal(body)).toBeUndefined();
});

test("proofs of others come back as they went out, and thoughts without any have none", () => {
  const content = [
    { type: "thinking", thinking: "a", signature: "google:A" },
    { type: "thinking", thinking: "b", signature: "" },
    { ...use, extra_content: { google: { thought_signature: "google:C" } } },
  ];
  expect(messages.parse({ ...base, messages: [{ role: "assistant", content }] }).messages[0].content).toEqual([
    { type: "reasoning", text: "a", signature: "google:A" },
    { type: "reasoning", text: "b" },
    { type: "tool-call", id: "1", name: "f", arguments: "{}", signature: "google:C" },
  ]);
});

test("a body of any form is a request or an error of ours", () => {
  const value = fc.oneof(fc.jsonValue(), fc.constantFrom(user, [use], [tool], { type: "text" }, "user", "tool_result"));
  const fields = fc.constantFrom("type", "role", "content", "source", "tool_use_id", "text", "input", "citations");
  const message = fc.dictionary(fields, fc.oneof(value, fc.array(fc.dictionary(fields, value))));
  const names = fc.constantFrom("messages", "system", "tools", "tool_choice", "thinking", "thread", "max_tokens");
  const body = fc.oneof(fc.dictionary(names, value), fc.record({ messages: fc.array(message), max_tokens: fc.nat() }));
  fc.assert(
    fc.property(body, (given) => {
      expect(messages.translationRefusal(given)?.code ?? "unsupported").toBe("unsupported");
      messages.nativeBody(given);
      try {
        expect(messages.parse(given).messages.length).toBeGreaterThan(-1);
      } catch (error) {
        const expected = !("thread" in given) || given["thread"] == null ? "invalid-argument" : "unsupported";
        expect(ProviderError.isInstance(error) && error.code).toBe(expected);
      }
    }),
  );
});

test("a thread, which tells too little to route by, is refused by the code that makes clients send all of it", () => {
  const body = { ...base, thread: { type: "create" } };
  expect(() => messages.parse(body)).toThrow("thread: given, expected none");
  const about = { status: 400, message: "thread: given", requestId: "r" };
  expect(messages.errorBody({ ...about, code: "unsupported", param: "thread" })).toMatchObject({
    error: { details: { error_code: "thread_unsupported_request", unsupported: ["thread"] } },
  });
  expect(messages.errorBody({ ...about, code: "unsupported", param: "container" })).toMatchObject({
    error: { details: { error_code: "unsupported" } },
  });
});

describe("a call cannot be translated", () => {
  const file = { type: "file", file_id: "1" };
  const result = (...content: object[]) => ({
    messages: [
      { role: "assistant", content: [use] },
      { role: "user", content: [{ type: "tool_result", tool_use_id: "1", content }] },
    ],
  });
  test.each<[object, string]>([
    [{ container: "c" }, "container: given"],
    [{ messages: [user, { role: "assistant", content: "{" }] }, "messages.1.role: assistant, expected user at the end"],
    [{ mcp_servers: [{}] }, "mcp_servers: given"],
    [{ inference_geo: "us" }, "inference_geo: given"],
    [{ max_tokens: 0 }, "max_tokens: 0, expected at least 1"],
    [{ tools: [tool, { type: "web_search_20260318", name: "web_search" }] }, "tools.1.type: web_search_20260318"],
    [asked("user", { type: "document", source: file }), "messages.0.content.0.source.type: file"],
    [asked("user", { type: "search_result" }), "messages.0.content.0.type: search_result, expected one of text"],
    [asked("assistant", { type: "server_tool_use" }), "messages.0.content.0.type: server_tool_use"],
    [
      asked("user", { type: "document", source: { type: "url", url: "https://h" }, citations: { enabled: true } }),
      "messages.0.content.0.citations: enabled",
    ],
    [
      result({ type: "document", source: { type: "url", url: "https://h" } }),
      "messages.1.content.0.content.0.type: document, expected one of text, image",
    ],
  ])("%j, but parsed for a provider that speaks the interface", (fields, message) => {
    const body = { ...base, ...fields };
    expect(messages.translationRefusal(body)).toMatchObject({
      code: "unsupported",
      message: expect.stringContaining(message) as unknown,
    });
    expect(() => messages.parse(body)).not.toThrow();
  });
});
