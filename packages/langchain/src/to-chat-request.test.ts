import { AIMessage, ChatMessage, HumanMessage, SystemMessage, ToolMessage } from "@langchain/core/messages";
import { tool } from "@langchain/core/tools";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import type { RoutedCallOptions } from "./routed-call-options.js";
import { toChatRequest } from "./to-chat-request.js";
import { toUsage } from "./to-usage.js";

const messagesOf = (...messages: Parameters<typeof toChatRequest>[0]) => toChatRequest(messages).messages;

describe("messages", () => {
  test("of all roles", () => {
    expect(
      messagesOf(
        new SystemMessage("Be brief."),
        new HumanMessage("The weather?"),
        new AIMessage({ content: "I look.", tool_calls: [{ id: "1", name: "weather", args: { city: "Paris" } }] }),
        new ToolMessage({ tool_call_id: "1", name: "weather", content: "rain", status: "error" }),
        new ChatMessage({ role: "assistant", content: "It rains." }),
        new ChatMessage({ role: "developer", content: "Be kind." }),
      ),
    ).toEqual([
      { role: "system", content: "Be brief." },
      { role: "user", content: "The weather?" },
      {
        role: "assistant",
        content: [
          { type: "text", text: "I look." },
          { type: "tool-call", id: "1", name: "weather", arguments: '{"city":"Paris"}' },
        ],
      },
      { role: "tool", content: [{ type: "tool-result", id: "1", name: "weather", content: "rain", isError: true }] },
      { role: "assistant", content: [{ type: "text", text: "It rains." }] },
      { role: "system", content: "Be kind." },
    ]);
  });

  const picture = { type: "image", data: "AAAA", mediaType: "image/png" };
  test.each<[string, object, object]>([
    ["standard data", { type: "image", data: "AAAA", mimeType: "image/png" }, picture],
    ["OpenAI's form", { type: "image_url", image_url: { url: "data:image/png;base64,AAAA" } }, picture],
    ["Anthropic's form", { type: "image", source: { type: "base64", media_type: "image/png", data: "AAAA" } }, picture],
    [
      "an address",
      { type: "image", url: "https://example.com/a.png" },
      { type: "image", data: "https://example.com/a.png", mediaType: "image/*" },
    ],
    [
      "a file",
      { type: "file", data: "AAAA", mimeType: "application/pdf" },
      { type: "file", data: "AAAA", mediaType: "application/pdf" },
    ],
    [
      "sound",
      { type: "audio", data: "AAAA", mimeType: "audio/wav" },
      { type: "file", data: "AAAA", mediaType: "audio/wav" },
    ],
  ])("of %s", (_, block, part) => {
    const content = [{ type: "text", text: "What is it?" }, block];
    expect(messagesOf(new HumanMessage({ content: content as never }))).toEqual([
      { role: "user", content: [{ type: "text", text: "What is it?" }, part] },
    ]);
  });

  test("of blocks that nobody knows leave them out", () => {
    const content = [{ type: "text", text: "a" }, { type: "riddle" }] as never;
    expect(messagesOf(new HumanMessage({ content }), new ToolMessage({ tool_call_id: "1", content }))).toEqual([
      { role: "user", content: [{ type: "text", text: "a" }] },
      {
        role: "tool",
        content: [{ type: "tool-result", id: "1", name: "", content: [{ type: "text", text: "a" }], isError: false }],
      },
    ]);
  });

  test("with reasoning, in the form of its provider", () => {
    const message = new AIMessage({
      content: [
        { type: "thinking", thinking: "Hm", signature: "s" },
        { type: "text", text: "Yes." },
      ],
      response_metadata: { model_provider: "anthropic" },
    });
    expect(messagesOf(message)).toEqual([
      {
        role: "assistant",
        content: [
          { type: "reasoning", text: "Hm" },
          { type: "text", text: "Yes." },
        ],
      },
    ]);
  });
});

describe("options", () => {
  const parameters = { type: "object", properties: { city: { type: "string" } } };
  test.each<[string, object]>([
    ["LangChain", tool(async () => "", { name: "weather", description: "d", schema: z.object({ city: z.string() }) })],
    ["OpenAI", { type: "function", function: { name: "weather", description: "d", parameters } }],
    ["OpenAI's responses", { type: "function", name: "weather", description: "d", parameters }],
    ["Anthropic", { name: "weather", description: "d", input_schema: parameters }],
    ["Bedrock", { toolSpec: { name: "weather", description: "d", inputSchema: { json: parameters } } }],
    ["Gemini", { functionDeclarations: [{ name: "weather", description: "d", parameters }] }],
  ])("tools in the form of %s", (_, given) => {
    expect(toChatRequest([], { tools: [given] }).tools).toMatchObject([
      { name: "weather", description: "d", parameters },
    ]);
  });

  test("tools that the provider runs itself have a name alone", () => {
    expect(toChatRequest([], { tools: [{ type: "web_search" }] }).tools).toEqual([
      { name: "web_search", parameters: {} },
    ]);
  });

  test.each([
    [
      { structured: { schema: z.object({ city: z.string() }), config: {} } },
      { type: "json-schema", schema: parameters },
    ],
    [{ response_format: { type: "json_object" } }, { type: "json" }],
    [
      { response_format: { type: "json_schema", json_schema: { schema: parameters } } },
      { type: "json-schema", schema: parameters },
    ],
    [{}, undefined],
  ])("the form of the answer", (options, format) => {
    const { responseFormat } = toChatRequest([], options as RoutedCallOptions);
    if (format === undefined) expect(responseFormat).toBeUndefined();
    else expect(responseFormat).toMatchObject(format);
  });

  test("limits and ends", () => {
    const { signal } = new AbortController();
    const options = { tool_choice: "none", stop: ["."], signal, max_tokens: 7 };
    expect(toChatRequest([], options)).toMatchObject({ toolChoice: "none", stop: ["."], signal, maxOutputTokens: 7 });
  });
});

describe("usage", () => {
  test.each([
    [undefined, undefined],
    [
      { input_tokens: 1, output_tokens: 2 },
      { inputTokens: 1, outputTokens: 2 },
    ],
    [
      { input_tokens: 9, output_tokens: 2, input_token_details: { cache_read: 4, cache_creation: 5 } },
      { inputTokens: 9, outputTokens: 2, cachedInputTokens: 4, cacheWriteTokens: 5 },
    ],
    [
      {
        input_tokens: 1,
        output_tokens: 2,
        input_token_details: { cache_read: 4 },
        output_token_details: { reasoning: 3 },
      },
      { inputTokens: 1, outputTokens: 2 },
    ],
  ])("%o is %o", (given, expected) => {
    expect(toUsage(given as never)).toEqual(expected);
  });
});
