import { type AssistantPart, type ChatRequest, ProviderError, type Tool, type UserPart } from "@onehead/provider";
import { describe, expect, test } from "vitest";
import type { Dialect } from "../settings.js";
import { toChatBody } from "./to-chat-body.js";

const hi: ChatRequest = { messages: [{ role: "user", content: "Hi" }] };
const tool: Tool = { name: "look_up", description: "Looks up", parameters: { type: "object", properties: {} } };

const bodyOf = (request: Partial<ChatRequest>, dialect: Dialect = "openai", provider = "openai") =>
  toChatBody("gpt-5-mini", { ...hi, ...request }, dialect, provider);
const messagesOf = (...messages: ChatRequest["messages"]) => bodyOf({ messages }).body["messages"];
const fieldsOf = (request: Partial<ChatRequest>, dialect?: Dialect) =>
  bodyOf(request, dialect).warnings.map(({ field }) => field);

test("a plain request is a model and the conversation", () => {
  const body = { model: "gpt-5-mini", messages: [{ role: "user", content: "Hi" }] };
  for (const dialect of ["openai", "compatible"] as const) expect(bodyOf({}, dialect)).toEqual({ body, warnings: [] });
});

test("every setting travels under its name there, 0 too", () => {
  const request: Partial<ChatRequest> = {
    maxOutputTokens: 10,
    temperature: 0,
    topP: 0.9,
    presencePenalty: 0,
    frequencyPenalty: -1,
    stop: ["END"],
    seed: 0,
    topLogprobs: 3,
    reasoning: { effort: "low" },
  };
  const { body, warnings } = bodyOf(request);
  expect(warnings).toEqual([]);
  expect(body).toMatchObject({
    max_completion_tokens: 10,
    temperature: 0,
    top_p: 0.9,
    presence_penalty: 0,
    frequency_penalty: -1,
    stop: ["END"],
    seed: 0,
    logprobs: true,
    top_logprobs: 3,
    reasoning_effort: "low",
  });
});

describe("a dialect", () => {
  test("of OpenAI's own has another name for the limit, and no top_k", () => {
    const own = bodyOf({ maxOutputTokens: 5, topK: 40 }, "openai");
    expect(own.body).toMatchObject({ max_completion_tokens: 5 });
    expect(own.body).not.toHaveProperty("max_tokens");
    expect(own.body).not.toHaveProperty("top_k");
    expect(own.warnings).toEqual([{ field: "topK", message: "OpenAI has no top_k" }]);
  });

  test("of compatible servers has the older one, and passes top_k on", () => {
    const other = bodyOf({ maxOutputTokens: 5, topK: 40 }, "compatible");
    expect(other.body).toMatchObject({ max_tokens: 5, top_k: 40 });
    expect(other.body).not.toHaveProperty("max_completion_tokens");
    expect(other.warnings).toEqual([]);
  });
});

test("no alternatives of tokens still ask for their probabilities", () => {
  const { body } = bodyOf({ topLogprobs: 0 });
  expect(body["logprobs"]).toBe(true);
  expect(body).not.toHaveProperty("top_logprobs");
  expect(bodyOf({ stop: [] }).body).not.toHaveProperty("stop");
});

describe("tools", () => {
  test("keep their schema, and strict only where it is said", () => {
    expect(bodyOf({ tools: [tool, { ...tool, strict: true }] }).body["tools"]).toEqual([
      { type: "function", function: { ...tool } },
      { type: "function", function: { ...tool, strict: true } },
    ]);
  });

  test.each([
    ["auto", "auto"],
    ["none", "none"],
    ["required", "required"],
    [{ tool: "look_up" }, { type: "function", function: { name: "look_up" } }],
  ] as const)("are chosen by %j as %j", (toolChoice, sent) => {
    expect(bodyOf({ tools: [tool], toolChoice }).body["tool_choice"]).toEqual(sent);
  });

  test("that are none have nothing said of them: OpenAI refuses that", () => {
    for (const tools of [undefined, []]) {
      const { body } = bodyOf({ tools, toolChoice: "auto", parallelToolCalls: false });
      expect(Object.keys(body)).toEqual(["model", "messages"]);
    }
    expect(bodyOf({ tools: [tool], parallelToolCalls: false }).body["parallel_tool_calls"]).toBe(false);
  });
});

describe("a format", () => {
  test.each<[ChatRequest["responseFormat"], unknown]>([
    [{ type: "text" }, undefined],
    [{ type: "json" }, { type: "json_object" }],
    [
      { type: "json-schema", schema: {} },
      { type: "json_schema", json_schema: { name: "answer", schema: {} } },
    ],
    [
      { type: "json-schema", name: "n", description: "d", schema: { type: "object" }, strict: true },
      { type: "json_schema", json_schema: { name: "n", description: "d", schema: { type: "object" }, strict: true } },
    ],
  ])("%j is %j", (responseFormat, sent) => {
    expect(bodyOf({ responseFormat }).body["response_format"]).toEqual(sent);
  });
});

describe("reasoning", () => {
  test.each(["none", "minimal", "low", "medium", "high"] as const)("of effort %s is that effort", (effort) => {
    expect(bodyOf({ reasoning: { effort } })).toMatchObject({ body: { reasoning_effort: effort }, warnings: [] });
  });

  test.each([
    [0, "none"],
    [1, "low"],
    [4096, "low"],
    [4097, "medium"],
    [16_384, "medium"],
    [16_385, "high"],
  ])("of %d tokens is the nearest effort, %s, with a warning", (budgetTokens, effort) => {
    const { body, warnings } = bodyOf({ reasoning: { budgetTokens } });
    expect(body["reasoning_effort"]).toBe(effort);
    expect(warnings).toEqual([
      {
        field: "reasoning.budgetTokens",
        message: `OpenAI takes efforts: ${budgetTokens} tokens are sent as ${effort}`,
      },
    ]);
  });
});

test("options of the provider's id go over the body, those of others nowhere", () => {
  const providerOptions = { groq: { seed: 2, service_tier: "flex" }, openai: { user: "x" } };
  const { body } = bodyOf({ seed: 1, providerOptions }, "compatible", "groq");
  expect(body).toMatchObject({ seed: 2, service_tier: "flex" });
  expect(body).not.toHaveProperty("user");
});

describe("messages", () => {
  test("of the system are text", () => {
    const parts = [
      { type: "text", text: "a" },
      { type: "text", text: "b" },
    ] as const;
    expect(messagesOf({ role: "system", content: "a" }, { role: "system", content: parts })).toEqual([
      { role: "system", content: "a" },
      { role: "system", content: "a\nb" },
    ]);
  });

  test("of the user hold text, images and files", () => {
    const content: UserPart[] = [
      { type: "text", text: "a" },
      { type: "image", data: "https://host/a.png" },
      { type: "image", data: Uint8Array.of(1), mediaType: "image/png" },
      { type: "file", data: Uint8Array.of(1), mediaType: "application/pdf", filename: "a.pdf" },
      { type: "file", data: "AQ==", mediaType: "application/pdf" },
    ];
    expect(messagesOf({ role: "user", content })).toEqual([
      {
        role: "user",
        content: [
          { type: "text", text: "a" },
          { type: "image_url", image_url: { url: "https://host/a.png" } },
          { type: "image_url", image_url: { url: "data:image/png;base64,AQ==" } },
          { type: "file", file: { filename: "a.pdf", file_data: "data:application/pdf;base64,AQ==" } },
          { type: "file", file: { filename: "file", file_data: "data:application/pdf;base64,AQ==" } },
        ],
      },
    ]);
  });

  test("of the assistant hold text and calls; reasoning is left out with a warning", () => {
    const call: AssistantPart = { type: "tool-call", id: "1", name: "look_up", arguments: "" };
    const content: AssistantPart[] = [
      { type: "reasoning", text: "hm" },
      { type: "text", text: "a" },
      { type: "text", text: "b" },
      call,
    ];
    const calls = [{ id: "1", type: "function", function: { name: "look_up", arguments: "{}" } }];
    expect(messagesOf({ role: "assistant", content })).toEqual([
      { role: "assistant", content: "ab", tool_calls: calls },
    ]);
    expect(messagesOf({ role: "assistant", content: [call] })).toEqual([
      { role: "assistant", content: null, tool_calls: calls },
    ]);
    expect(messagesOf({ role: "assistant", content: [] })).toEqual([{ role: "assistant", content: "" }]);
    expect(fieldsOf({ messages: [{ role: "assistant", content }] })).toEqual(["messages[0].content[0]"]);
  });

  test("of tools are one a result; that it is an error is a warning", () => {
    const texts = [
      { type: "text", text: "a" },
      { type: "text", text: "b" },
    ] as const;
    const message = {
      role: "tool",
      content: [
        { type: "tool-result", id: "1", name: "look_up", content: "rain" },
        { type: "tool-result", id: "2", name: "look_up", content: texts, isError: true },
      ],
    } as const;
    expect(messagesOf(message)).toEqual([
      { role: "tool", tool_call_id: "1", content: "rain" },
      { role: "tool", tool_call_id: "2", content: "a\nb" },
    ]);
    expect(fieldsOf({ messages: [message] })).toEqual(["messages[0].content[1].isError"]);
  });
});

test.each<[string, ChatRequest["messages"][number], string]>([
  [
    "a file by its address",
    { role: "user", content: [{ type: "file", data: new URL("https://host/a.pdf"), mediaType: "application/pdf" }] },
    "messages[0].content[0]",
  ],
  [
    "an image in a tool result",
    {
      role: "tool",
      content: [{ type: "tool-result", id: "1", name: "n", content: [{ type: "image", data: "https://host/a.png" }] }],
    },
    "messages[0].content[0]",
  ],
])("%s is unsupported, and named", (_, message, field) => {
  let error: unknown;
  try {
    messagesOf(message);
  } catch (thrown) {
    error = thrown;
  }
  expect(ProviderError.isInstance(error) && error.code).toBe("unsupported");
  expect(String(error)).toContain(`${field}: `);
});
