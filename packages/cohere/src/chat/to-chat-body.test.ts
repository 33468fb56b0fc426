import { type ChatRequest, type Message, ProviderError } from "@onehead/provider";
import { describe, expect, it } from "vitest";
import { toChatBody } from "./to-chat-body.js";

const hello: Message = { role: "user", content: "Hi" };

function bodyOf(request: Partial<ChatRequest>) {
  const { body, warnings } = toChatBody("command-a-03-2025", { messages: [hello], ...request });
  return { body, fields: warnings.map(({ field }) => field) };
}

function refusal(request: Partial<ChatRequest>): string {
  try {
    bodyOf(request);
  } catch (error) {
    if (ProviderError.isInstance(error)) return `${error.code}: ${error.message}`;
  }
  return "none";
}

const call = { type: "tool-call" as const, id: "t1", name: "look_up", arguments: '{"key":1}' };
const sentCall = { id: "t1", type: "function", function: { name: "look_up", arguments: '{"key":1}' } };
const image = { type: "image" as const, data: Uint8Array.of(1, 2, 3), mediaType: "image/png" };

describe("toChatBody", () => {
  it("sends nothing that was not asked for", () => {
    expect(bodyOf({})).toEqual({
      body: { model: "command-a-03-2025", messages: [{ role: "user", content: "Hi" }] },
      fields: [],
    });
  });

  it("sends every sampling field by Cohere's name", () => {
    const { body, fields } = bodyOf({
      maxOutputTokens: 9,
      temperature: 0.5,
      topP: 0.9,
      topK: 40,
      presencePenalty: 0.1,
      frequencyPenalty: 0.2,
      stop: ["END"],
      seed: 7,
      topLogprobs: 0,
      parallelToolCalls: true,
      providerOptions: { cohere: { safety_mode: "STRICT", k: 5 }, other: { x: 1 } },
    });
    expect(body).toMatchObject({
      max_tokens: 9,
      temperature: 0.5,
      p: 0.9,
      k: 5,
      presence_penalty: 0.1,
      frequency_penalty: 0.2,
      stop_sequences: ["END"],
      seed: 7,
      logprobs: true,
      safety_mode: "STRICT",
    });
    expect(body).not.toHaveProperty("x");
    expect(fields).toEqual([]);
  });

  it("warns of what has no effect", () => {
    expect(bodyOf({ parallelToolCalls: false, topLogprobs: 2 }).fields).toEqual(["parallelToolCalls", "topLogprobs"]);
  });

  it.each([
    [undefined, undefined],
    [{ type: "text" }, undefined],
    [{ type: "json" }, { type: "json_object" }],
    [
      { type: "json-schema", name: "n", schema: { type: "object" } },
      { type: "json_object", json_schema: { type: "object" } },
    ],
  ] as const)("asks for the format %j", (responseFormat, expected) => {
    expect(bodyOf({ responseFormat }).body["response_format"]).toEqual(expected);
  });

  it.each([
    [undefined, undefined],
    ["auto", undefined],
    ["required", "REQUIRED"],
    ["none", "NONE"],
  ] as const)("sends the choice of tools %s", (toolChoice, expected) => {
    expect(bodyOf({ toolChoice }).body["tool_choice"]).toBe(expected);
  });

  it("keeps schemas strictly where all tools ask for it, and warns where only some do", () => {
    const tool = { name: "look_up", description: "Looks up", parameters: { type: "object" } };
    const all = bodyOf({ tools: [{ ...tool, strict: true }] });
    expect(all.body).toMatchObject({ tools: [{ type: "function", function: tool }], strict_tools: true });
    expect(all.fields).toEqual([]);
    const some = bodyOf({ tools: [tool, { ...tool, name: "other", strict: true }] });
    expect(some.body).not.toHaveProperty("strict_tools");
    expect(some.fields).toEqual(["tools[1].strict"]);
    expect(bodyOf({ tools: [] }).body).not.toHaveProperty("tools");
  });

  it.each([
    [{ effort: "none" }, { type: "disabled" }, []],
    [{ effort: "low" }, { type: "enabled", token_budget: 4096 }, ["reasoning.effort"]],
    [{ effort: "high" }, { type: "enabled" }, ["reasoning.effort"]],
    [{ budgetTokens: 500 }, { type: "enabled", token_budget: 500 }, []],
    [{ budgetTokens: 0 }, { type: "disabled" }, []],
  ] as const)("asks for reasoning %j", (reasoning, expected, warned) => {
    const { body, fields } = bodyOf({ reasoning });
    expect(body["thinking"]).toEqual(expected);
    expect(fields).toEqual(warned);
  });

  it.each([
    ["a tool by its name", { toolChoice: { tool: "x" } }, "unsupported: toolChoice"],
    [
      "a file",
      {
        messages: [{ role: "user", content: [{ type: "file", data: "AQID", mediaType: "application/pdf" }] }],
      },
      "unsupported: messages[0].content[0]",
    ],
    [
      "an image in a tool's result",
      { messages: [{ role: "tool", content: [{ type: "tool-result", id: "1", name: "n", content: [image] }] }] },
      "unsupported: messages[0].content[0]",
    ],
    [
      "an image without its media type",
      { messages: [{ role: "user", content: [{ type: "image", data: "AQID" }] }] },
      "invalid-argument: messages[0].content[0].mediaType",
    ],
  ] as ReadonlyArray<[string, Partial<ChatRequest>, string]>)("refuses %s, naming the field", (_, request, message) => {
    expect(refusal(request)).toContain(message);
  });
});

describe("messages", () => {
  it("go in their order, each result as a message of its own", () => {
    const { body, fields } = bodyOf({
      messages: [
        {
          role: "system",
          content: [
            { type: "text", text: "one" },
            { type: "text", text: "two" },
          ],
        },
        { role: "user", content: [{ type: "text", text: "What is this?" }, image] },
        { role: "assistant", content: "A dot" },
        { role: "user", content: [{ ...image, data: new URL("https://example.com/a.png") }] },
        { role: "assistant", content: [{ type: "text", text: "Wait" }, call] },
        {
          role: "tool",
          content: [
            { type: "tool-result", id: "t1", name: "look_up", content: "one" },
            { type: "tool-result", id: "t2", name: "look_up", content: [{ type: "text", text: "two" }], isError: true },
          ],
        },
      ],
    });
    expect(body["messages"]).toEqual([
      { role: "system", content: "one\ntwo" },
      {
        role: "user",
        content: [
          { type: "text", text: "What is this?" },
          { type: "image_url", image_url: { url: "data:image/png;base64,AQID" } },
        ],
      },
      { role: "assistant", content: "A dot" },
      { role: "user", content: [{ type: "image_url", image_url: { url: "https://example.com/a.png" } }] },
      { role: "assistant", content: [{ type: "text", text: "Wait" }], tool_calls: [sentCall] },
      { role: "tool", tool_call_id: "t1", content: "one" },
      { role: "tool", tool_call_id: "t2", content: "two" },
    ]);
    expect(fields).toEqual(["messages[5].content[1].isError"]);
  });

  it("take reasoning back as what it was, and only Cohere's own", () => {
    const { body, fields } = bodyOf({
      messages: [
        hello,
        {
          role: "assistant",
          content: [
            { type: "reasoning", text: "hm", signature: "cohere:thinking" },
            { type: "reasoning", text: "look it up", signature: "cohere:tool_plan" },
            { type: "reasoning", text: "of another", signature: "EqoB" },
            call,
          ],
        },
        { role: "assistant", content: [{ type: "reasoning", text: "unsigned" }] },
      ],
    });
    expect(body["messages"]).toEqual([
      { role: "user", content: "Hi" },
      {
        role: "assistant",
        content: [{ type: "thinking", thinking: "hm" }],
        tool_plan: "look it up",
        tool_calls: [sentCall],
      },
      { role: "assistant", content: "" },
    ]);
    expect(fields).toEqual(["messages[1].content[2]", "messages[2].content[0]"]);
  });

  it("send a call alone without text, and no arguments as an empty object", () => {
    const { body } = bodyOf({ messages: [hello, { role: "assistant", content: [{ ...call, arguments: "" }] }] });
    expect(body["messages"]).toMatchObject([{}, { tool_calls: [{ function: { arguments: "{}" } }] }]);
    expect((body["messages"] as object[])[1]).not.toHaveProperty("content");
  });
});
