import { type AssistantPart, type ChatRequest, ProviderError, type Tool, type UserPart } from "@onehead/provider";
import { describe, expect, test } from "vitest";
import { toResponsesBody } from "./to-responses-body.js";

const hi: ChatRequest = { messages: [{ role: "user", content: "Hi" }] };
const tool: Tool = { name: "look_up", description: "Looks up", parameters: { type: "object", properties: {} } };

const bodyOf = (request: Partial<ChatRequest>, model = "gpt-5-mini") =>
  toResponsesBody(model, { ...hi, ...request }, "openai");
const itemsOf = (...messages: ChatRequest["messages"]) => bodyOf({ messages }).body["input"];
const fieldsOf = (request: Partial<ChatRequest>) => bodyOf(request).warnings.map(({ field }) => field);

test("a plain request stores nothing and asks for reasoning in its encrypted form", () => {
  expect(bodyOf({})).toEqual({
    body: {
      model: "gpt-5-mini",
      input: [{ role: "user", content: [{ type: "input_text", text: "Hi" }] }],
      store: false,
      include: ["reasoning.encrypted_content"],
    },
    warnings: [],
  });
});

test.each([
  ["gpt-4o-mini", false],
  ["gpt-4.1", false],
  ["gpt-3.5-turbo", false],
  ["chatgpt-4o-latest", false],
  ["gpt-5-chat-latest", false],
  ["gpt-5.2-chat-latest", false],
  ["ft:gpt-4.1-mini:org::id", false],
  ["gpt-5", true],
  ["gpt-5.4-codex", true],
  ["o4-mini", true],
  ["openai/gpt-oss-120b", true],
])("%s is asked for encrypted reasoning: %s", (model, asked) => {
  expect(bodyOf({}, model).body["include"]).toEqual(asked ? ["reasoning.encrypted_content"] : undefined);
});

test("every setting travels under its name there, 0 too", () => {
  const { body, warnings } = bodyOf({ maxOutputTokens: 10, temperature: 0, topP: 0.9, topLogprobs: 0 });
  expect(warnings).toEqual([]);
  expect(body).toMatchObject({ max_output_tokens: 10, temperature: 0, top_p: 0.9, top_logprobs: 0 });
  expect(body["include"]).toEqual(["reasoning.encrypted_content", "message.output_text.logprobs"]);
});

test("what responses do not have is a warning, and no field", () => {
  const request = { seed: 0, topK: 40, presencePenalty: 0, frequencyPenalty: 1 };
  expect(fieldsOf(request)).toEqual(["seed", "topK", "presencePenalty", "frequencyPenalty"]);
  expect(bodyOf(request).body).toEqual(bodyOf({}).body);
});

test("stop sequences are unsupported, an empty list of them is none", () => {
  expect(bodyOf({ stop: [] }).body).toEqual(bodyOf({}).body);
  let error: unknown;
  try {
    bodyOf({ stop: ["END"] });
  } catch (thrown) {
    error = thrown;
  }
  expect(ProviderError.isInstance(error) && error.code).toBe("unsupported");
});

test("options of the provider's id go over the body", () => {
  const providerOptions = { openai: { include: [], store: true, text: { verbosity: "low" } }, groq: { user: "x" } };
  const { body } = bodyOf({ providerOptions });
  expect(body).toMatchObject({ include: [], store: true, text: { verbosity: "low" } });
  expect(body).not.toHaveProperty("user");
});

describe("tools", () => {
  test("say that they are not strict, where chat completions say nothing", () => {
    expect(bodyOf({ tools: [tool, { ...tool, strict: true }] }).body["tools"]).toEqual([
      { type: "function", ...tool, strict: false },
      { type: "function", ...tool, strict: true },
    ]);
  });

  test.each([
    ["auto", "auto"],
    ["none", "none"],
    ["required", "required"],
    [{ tool: "look_up" }, { type: "function", name: "look_up" }],
  ] as const)("are chosen by %j as %j", (toolChoice, sent) => {
    expect(bodyOf({ tools: [tool], toolChoice }).body["tool_choice"]).toEqual(sent);
  });

  test("that are none have nothing said of them", () => {
    for (const tools of [undefined, []]) {
      expect(bodyOf({ tools, toolChoice: "auto", parallelToolCalls: true }).body).toEqual(bodyOf({}).body);
    }
    expect(bodyOf({ tools: [tool], parallelToolCalls: false }).body["parallel_tool_calls"]).toBe(false);
  });
});

test.each<[ChatRequest["responseFormat"], unknown]>([
  [{ type: "text" }, undefined],
  [{ type: "json" }, { format: { type: "json_object" } }],
  [
    { type: "json-schema", schema: { type: "object" }, strict: true },
    { format: { type: "json_schema", name: "answer", schema: { type: "object" }, strict: true } },
  ],
])("the format %j is %j", (responseFormat, text) => {
  expect(bodyOf({ responseFormat }).body["text"]).toEqual(text);
});

test("reasoning is an effort, a budget the nearest with a warning", () => {
  expect(bodyOf({ reasoning: { effort: "minimal" } }).body["reasoning"]).toEqual({ effort: "minimal" });
  expect(bodyOf({ reasoning: { budgetTokens: 5000 } }).body["reasoning"]).toEqual({ effort: "medium" });
  expect(fieldsOf({ reasoning: { budgetTokens: 5000 } })).toEqual(["reasoning.budgetTokens"]);
});

describe("messages", () => {
  test("of the system are texts", () => {
    const content = [
      { type: "text", text: "a" },
      { type: "text", text: "b" },
    ] as const;
    const texts = [
      { type: "input_text", text: "a" },
      { type: "input_text", text: "b" },
    ];
    expect(itemsOf({ role: "system", content: "a" }, { role: "system", content })).toEqual([
      { role: "system", content: texts.slice(0, 1) },
      { role: "system", content: texts },
    ]);
  });

  test("of the user hold text, images and files, by their addresses too", () => {
    const content: UserPart[] = [
      { type: "text", text: "a" },
      { type: "image", data: "https://host/a.png" },
      { type: "image", data: Uint8Array.of(1), mediaType: "image/png" },
      { type: "file", data: new URL("https://host/a.pdf"), mediaType: "application/pdf" },
      { type: "file", data: "AQ==", mediaType: "application/pdf", filename: "a.pdf" },
    ];
    expect(itemsOf({ role: "user", content })).toEqual([
      {
        role: "user",
        content: [
          { type: "input_text", text: "a" },
          { type: "input_image", image_url: "https://host/a.png", detail: "auto" },
          { type: "input_image", image_url: "data:image/png;base64,AQ==", detail: "auto" },
          { type: "input_file", file_url: "https://host/a.pdf" },
          { type: "input_file", filename: "a.pdf", file_data: "data:application/pdf;base64,AQ==" },
        ],
      },
    ]);
  });

  test("of the assistant are items of their own: reasoning as it came, text and calls", () => {
    const content: AssistantPart[] = [
      { type: "reasoning", text: "hm", signature: "rs_1|gAAA|B" },
      { type: "reasoning", text: "", signature: "rs_2|C" },
      { type: "text", text: "a" },
      { type: "tool-call", id: "1", name: "look_up", arguments: "" },
    ];
    expect(itemsOf({ role: "assistant", content }, { role: "assistant", content: "b" })).toEqual([
      { type: "reasoning", id: "rs_1", summary: [{ type: "summary_text", text: "hm" }], encrypted_content: "gAAA|B" },
      { type: "reasoning", id: "rs_2", summary: [], encrypted_content: "C" },
      { role: "assistant", content: [{ type: "output_text", text: "a" }] },
      { type: "function_call", call_id: "1", name: "look_up", arguments: "{}" },
      { role: "assistant", content: [{ type: "output_text", text: "b" }] },
    ]);
  });

  test.each([undefined, "a-signature-of-another-provider", "|x"])(
    "leave out reasoning with the signature %s, with a warning",
    (signature) => {
      const messages = [{ role: "assistant", content: [{ type: "reasoning", text: "hm", signature }] }] as const;
      expect(itemsOf(...messages)).toEqual([]);
      expect(fieldsOf({ messages })).toEqual(["messages[0].content[0]"]);
    },
  );

  test("of tools are outputs, with images too; that it is an error is a warning", () => {
    const image = { type: "image", data: "https://host/a.png" } as const;
    const message = {
      role: "tool",
      content: [
        { type: "tool-result", id: "1", name: "look_up", content: "rain" },
        { type: "tool-result", id: "2", name: "look_up", content: [{ type: "text", text: "a" }, image], isError: true },
      ],
    } as const;
    expect(itemsOf(message)).toEqual([
      { type: "function_call_output", call_id: "1", output: "rain" },
      {
        type: "function_call_output",
        call_id: "2",
        output: [
          { type: "input_text", text: "a" },
          { type: "input_image", image_url: "https://host/a.png", detail: "auto" },
        ],
      },
    ]);
    expect(fieldsOf({ messages: [message] })).toEqual(["messages[0].content[1].isError"]);
  });

  test("of tools with anything but results are named", () => {
    const content = [{ type: "text", text: "secret" }] as never;
    expect(() => itemsOf({ role: "tool", content })).toThrow("messages[0].content[0]: ");
    expect(() => itemsOf({ role: "tool", content })).not.toThrow(/secret/);
  });
});
