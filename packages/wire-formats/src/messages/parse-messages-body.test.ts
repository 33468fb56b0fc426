import type { ChatRequest } from "@onehead/provider";
import { describe, expect, test } from "vitest";
import { toMessagesBody } from "../../../anthropic/src/messages/to-messages-body.js";
import { parseMessagesBody } from "./parse-messages-body.js";

const hi = { model: "auto", max_tokens: 10, messages: [{ role: "user", content: "Hi" }] };

test("what is translated there comes back the same", () => {
  const request: ChatRequest = {
    messages: [
      { role: "system", content: [{ type: "text", text: "Be brief.", cache: true }] },
      {
        role: "user",
        content: [
          { type: "text", text: "Look", cache: true },
          { type: "image", data: "aGk=", mediaType: "image/png" },
          { type: "image", data: "https://h/a.png" },
          { type: "file", data: "aGk=", mediaType: "application/pdf", filename: "a.pdf" },
          { type: "file", data: "https://h/a.pdf", mediaType: "application/pdf" },
        ],
      },
      {
        role: "assistant",
        content: [
          { type: "reasoning", text: "so", signature: "E1" },
          { type: "reasoning", text: "", signature: "E2", redacted: true },
          { type: "text", text: "I look." },
          { type: "tool-call", id: "1", name: "f", arguments: '{"a":1}' },
        ],
      },
      {
        role: "tool",
        content: [
          { type: "tool-result", id: "1", name: "", content: "r", isError: true, cache: true },
          { type: "tool-result", id: "2", name: "", content: [{ type: "text", text: "r" }] },
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
  };
  const { body, warnings } = toMessagesBody("claude-haiku-4-5", request, "anthropic");
  expect(warnings).toEqual([]);
  expect(parseMessagesBody(body)).toEqual(request);
});

describe("a body asks for", () => {
  test.each<[string, object, Partial<ChatRequest>]>([
    ["text alone", {}, { messages: [{ role: "user", content: "Hi" }], maxOutputTokens: 10 }],
    ["sampling", { temperature: 0.5, top_k: 3 }, { temperature: 0.5, topK: 3 }],
    ["a tool", { tool_choice: { type: "tool", name: "f" } }, { toolChoice: { tool: "f" } }],
    ["any tool", { tool_choice: { type: "any" } }, { toolChoice: "required" }],
    ["no tool", { tool_choice: { type: "none" } }, { toolChoice: "none" }],
    ["no thought", { thinking: { type: "disabled" } }, { reasoning: { effort: "none" } }],
    ["hardly a thought", { thinking: { type: "between_tools" } }, { reasoning: { effort: "none" } }],
    ["thought", { thinking: { type: "adaptive" } }, { reasoning: { effort: "high" } }],
    [
      "some thought",
      { thinking: { type: "adaptive" }, output_config: { effort: "low" } },
      { reasoning: { effort: "low" } },
    ],
    ["the most thought", { output_config: { effort: "max" } }, { reasoning: { effort: "high" } }],
  ])("%s", (_, fields, asked) => {
    expect(parseMessagesBody({ ...hi, ...fields })).toMatchObject(asked);
  });

  test("tools of one's own, and not those that Anthropic defines", () => {
    const tools = [
      { type: "web_search_20260318", name: "web_search" },
      { name: "f", input_schema: { type: "object" } },
    ];
    expect(parseMessagesBody({ ...hi, tools }).tools).toEqual([{ name: "f", parameters: { type: "object" } }]);
    expect(parseMessagesBody({ ...hi, tools: tools.slice(0, 1) }).tools).toBeUndefined();
  });

  test("documents in words, and what the system says within", () => {
    const document = (source: object) => ({ type: "document", source });
    const content = [
      document({ type: "text", media_type: "text/plain", data: "words" }),
      document({ type: "content", content: "more" }),
      document({ type: "content", content: [{ type: "text", text: "still more" }] }),
      document({ type: "file", file_id: "file_1" }),
      { type: "image", source: { type: "file", file_id: "file_2" } },
      { type: "search_result" },
    ];
    const messages = [
      { role: "user", content },
      { role: "system", content: "Stop." },
      { role: "other", content: "x" },
    ];
    expect(parseMessagesBody({ ...hi, messages }).messages).toEqual([
      { role: "user", content: ["words", "more", "still more"].map((text) => ({ type: "text", text })) },
      { role: "system", content: "Stop." },
    ]);
  });

  test("nothing that can be read, and is read all the same", () => {
    expect(parseMessagesBody({ model: 1, messages: "x", tools: {}, system: 3, thinking: null })).toEqual({
      messages: [],
    });
    expect(parseMessagesBody({ messages: [{ role: "user" }, { role: "assistant", content: null }, 5] })).toEqual({
      messages: [
        { role: "user", content: [] },
        { role: "assistant", content: [] },
      ],
    });
  });
});
