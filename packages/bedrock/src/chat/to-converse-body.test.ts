import { type ChatRequest, type Message, ProviderError } from "@onehead/provider";
import { describe, expect, it } from "vitest";
import { toClientInput } from "./base64-bytes.js";
import type { StructuredOutput } from "./structured-output.js";
import { toConverseBody } from "./to-converse-body.js";

const claude = "us.anthropic.claude-sonnet-4-5-20250929-v1:0";
const hello: Message = { role: "user", content: "Hi" };

function bodyOf(request: Partial<ChatRequest>, model = claude, structuredOutput: StructuredOutput = "format") {
  const { body, warnings } = toConverseBody(model, { messages: [hello], ...request }, structuredOutput);
  return {
    body: JSON.parse(JSON.stringify(body)) as Record<string, unknown>,
    fields: warnings.map(({ field }) => field),
  };
}

function messagesOf(...messages: Message[]): unknown {
  return bodyOf({ messages }).body["messages"];
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
const cachePoint = { cachePoint: { type: "default" } };
const bytes = Uint8Array.of(1, 2, 3);

describe("toConverseBody", () => {
  it("sends plain text as one block, and nothing that was not asked for", () => {
    expect(bodyOf({}).body).toEqual({ messages: [{ role: "user", content: [{ text: "Hi" }] }] });
  });

  it("sends the sampling fields that there are, and warns of the others", () => {
    const { body, fields } = bodyOf({
      maxOutputTokens: 9,
      temperature: 0.5,
      topP: 0.9,
      stop: ["END"],
      seed: 1,
      topK: 2,
      presencePenalty: 0.1,
      frequencyPenalty: 0.2,
      topLogprobs: 0,
      parallelToolCalls: true,
    });
    expect(body["inferenceConfig"]).toEqual({ maxTokens: 9, temperature: 0.5, topP: 0.9, stopSequences: ["END"] });
    expect(fields).toEqual(["seed", "topK", "presencePenalty", "frequencyPenalty", "topLogprobs"]);
  });

  it("puts options of its own over the body, and fields of the model beside those for reasoning", () => {
    const { body } = bodyOf({
      reasoning: { budgetTokens: 2048 },
      temperature: 1,
      providerOptions: {
        bedrock: { inferenceConfig: { maxTokens: 5 }, additionalModelRequestFields: { top_k: 40 } },
        other: { ignored: true },
      },
    });
    expect(body["inferenceConfig"]).toEqual({ maxTokens: 5 });
    expect(body["additionalModelRequestFields"]).toEqual({
      thinking: { type: "enabled", budget_tokens: 2048 },
      top_k: 40,
    });
    expect(body).not.toHaveProperty("ignored");
  });

  it("makes turns alternate: results go with the user's words, and neighbours become one", () => {
    expect(
      messagesOf(
        hello,
        { role: "user", content: "there" },
        { role: "assistant", content: "Wait" },
        { role: "assistant", content: [call] },
        { role: "tool", content: [{ type: "tool-result", id: "t1", name: "look_up", content: "one" }] },
        { role: "user", content: "And now?" },
      ),
    ).toEqual([
      { role: "user", content: [{ text: "Hi" }, { text: "there" }] },
      {
        role: "assistant",
        content: [{ text: "Wait" }, { toolUse: { toolUseId: "t1", name: "look_up", input: { key: 1 } } }],
      },
      {
        role: "user",
        content: [{ toolResult: { toolUseId: "t1", content: [{ text: "one" }] } }, { text: "And now?" }],
      },
    ]);
  });

  it("puts the system's text apart, with a warning where it comes late", () => {
    const { body, fields } = bodyOf({
      messages: [
        { role: "system", content: "one" },
        { role: "system", content: [{ type: "text", text: "two", cache: true }] },
        hello,
        { role: "system", content: "late" },
      ],
    });
    expect(body["system"]).toEqual([{ text: "one" }, { text: "two" }, cachePoint, { text: "late" }]);
    expect(fields).toEqual(["messages[3]"]);
  });

  it("marks the end of what is cached in every kind of turn", () => {
    const text = { type: "text" as const, text: "x", cache: true };
    expect(
      messagesOf(
        { role: "user", content: [text, { type: "image", data: bytes, mediaType: "image/png", cache: true }] },
        { role: "assistant", content: [text] },
        { role: "tool", content: [{ type: "tool-result", id: "t1", name: "n", content: "y", cache: true }] },
      ),
    ).toEqual([
      {
        role: "user",
        content: [{ text: "x" }, cachePoint, { image: { format: "png", source: { bytes: "AQID" } } }, cachePoint],
      },
      { role: "assistant", content: [{ text: "x" }, cachePoint] },
      { role: "user", content: [{ toolResult: { toolUseId: "t1", content: [{ text: "y" }] } }, cachePoint] },
    ]);
  });

  it("leaves out text that is blank beside other blocks", () => {
    expect(messagesOf(hello, { role: "assistant", content: [{ type: "text", text: " " }, call] })).toMatchObject([
      {},
      { content: [{ toolUse: {} }] },
    ]);
    expect(messagesOf({ role: "user", content: "" })).toEqual([{ role: "user", content: [{ text: "" }] }]);
  });

  it("hands reasoning back as it came, and warns of what has none of Bedrock's signatures", () => {
    const { body, fields } = bodyOf({
      messages: [
        hello,
        {
          role: "assistant",
          content: [
            { type: "reasoning", text: "signed", signature: "s1" },
            { type: "reasoning", text: "", signature: "AQID", redacted: true },
            { type: "reasoning", text: "unsigned" },
            { type: "reasoning", text: "of another provider", signature: "rs_1|gAAAA" },
            { type: "text", text: "Yes" },
          ],
        },
      ],
    });
    expect(body["messages"]).toMatchObject([
      {},
      {
        content: [
          { reasoningContent: { reasoningText: { text: "signed", signature: "s1" } } },
          { reasoningContent: { redactedContent: "AQID" } },
          { text: "Yes" },
        ],
      },
    ]);
    expect(fields).toEqual(["messages[1].content[2]", "messages[1].content[3]"]);
  });

  it("sends results of tools with their images and their errors", () => {
    const result = {
      type: "tool-result" as const,
      id: "t1",
      name: "n",
      isError: true,
      content: [
        { type: "text" as const, text: "see" },
        { type: "image" as const, data: "AQID", mediaType: "image/jpeg" },
      ],
    };
    expect(messagesOf({ role: "tool", content: [result] })).toEqual([
      {
        role: "user",
        content: [
          {
            toolResult: {
              toolUseId: "t1",
              content: [{ text: "see" }, { image: { format: "jpeg", source: { bytes: "AQID" } } }],
              status: "error",
            },
          },
        ],
      },
    ]);
  });

  it("sends documents by names that Bedrock takes, each once", () => {
    const file = (filename: string | undefined, mediaType: string) => ({
      type: "file" as const,
      data: bytes,
      mediaType,
      filename,
    });
    const [{ content }] = messagesOf({
      role: "user",
      content: [
        file("Q3_report (final).v2.pdf", "application/pdf"),
        file("Q3 report final v2.csv", "text/csv"),
        file(undefined, "text/plain"),
        file("日本.docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
      ],
    }) as [{ content: Array<{ document: { name: string; format: string } }> }];
    expect(content.map(({ document }) => [document.format, document.name])).toEqual([
      ["pdf", "Q3 report final v2"],
      ["csv", "Q3 report final v2 2"],
      ["txt", "document"],
      ["docx", "document 2"],
    ]);
  });

  it("sends what lies in S3 by its address", () => {
    const image = { type: "image" as const, data: "s3://bucket/a.webp", mediaType: "image/webp" };
    expect(messagesOf({ role: "user", content: [image, { ...image, data: new URL("s3://bucket/b.webp") }] })).toEqual([
      {
        role: "user",
        content: ["a", "b"].map((name) => ({
          image: { format: "webp", source: { s3Location: { uri: `s3://bucket/${name}.webp` } } },
        })),
      },
    ]);
  });

  it.each([
    ["an address", [{ type: "image", data: "https://example.com/a.png" }], "unsupported: messages[0].content[0]"],
    [
      "another format",
      [{ type: "image", data: bytes, mediaType: "image/tiff" }],
      "messages[0].content[0].mediaType: image/tiff",
    ],
    ["a film", [{ type: "file", data: bytes, mediaType: "video/mp4" }], "messages[0].content[0].mediaType: video/mp4"],
    ["no media type", [{ type: "image", data: bytes }], "invalid-argument: messages[0].content[0].mediaType"],
  ] as const)("refuses %s, naming the field", (_, content, message) => {
    expect(refusal({ messages: [{ role: "user", content: content as never }] })).toContain(message);
  });

  it("refuses arguments of a call that are no object", () => {
    const message = { role: "assistant" as const, content: [{ ...call, arguments: "[1]" }] };
    expect(refusal({ messages: [hello, message] })).toContain("invalid-argument: messages[1].content[0].arguments");
  });

  it("gives the client bytes where JSON has base64", () => {
    const { body } = toConverseBody(
      claude,
      { messages: [{ role: "user", content: [{ type: "image", data: bytes, mediaType: "image/png" }] }] },
      "format",
    );
    const input = toClientInput(body) as typeof body;
    expect(input["messages"]).toEqual([{ role: "user", content: [{ image: { format: "png", source: { bytes } } }] }]);
  });
});

describe("tools", () => {
  const tools = [
    { name: "look_up", description: "Looks up", parameters: { type: "object" }, strict: true },
    { name: "bare", description: "", parameters: { type: "object" } },
  ];
  const specs = [
    { toolSpec: { name: "look_up", description: "Looks up", inputSchema: { json: { type: "object" } }, strict: true } },
    { toolSpec: { name: "bare", inputSchema: { json: { type: "object" } } } },
  ];

  it.each([
    [undefined, undefined],
    ["auto", { auto: {} }],
    ["required", { any: {} }],
    [{ tool: "look_up" }, { tool: { name: "look_up" } }],
  ] as const)("sends them with the choice %j", (toolChoice, expected) => {
    const { body } = bodyOf({ tools, toolChoice });
    expect(body["toolConfig"]).toEqual({ tools: specs, ...(expected === undefined ? {} : { toolChoice: expected }) });
  });

  it("leaves them out where none is to be called, unless the conversation holds calls", () => {
    expect(bodyOf({ tools, toolChoice: "none" }).body).not.toHaveProperty("toolConfig");
    expect(bodyOf({ tools: [] }).body).not.toHaveProperty("toolConfig");
    const messages: Message[] = [hello, { role: "assistant", content: [call] }];
    expect(refusal({ tools, toolChoice: "none", messages })).toContain("unsupported: toolChoice");
  });
});

describe("structured output", () => {
  const schema = { type: "object", properties: { a: { type: "number" } } };
  const asked = { type: "json-schema" as const, schema, description: "The answer", strict: true };

  it("is the format of the text", () => {
    expect(bodyOf({ responseFormat: { ...asked, name: "numbers" } }).body["outputConfig"]).toEqual({
      textFormat: {
        type: "json_schema",
        structure: { jsonSchema: { schema: JSON.stringify(schema), name: "numbers", description: "The answer" } },
      },
    });
    expect(bodyOf({ responseFormat: { type: "text" } }).body).not.toHaveProperty("outputConfig");
    expect(refusal({ responseFormat: { type: "json" } })).toContain("unsupported: responseFormat");
  });

  it("is a tool for models that have no such format", () => {
    const { body } = bodyOf({ responseFormat: asked }, "amazon.nova-lite-v1:0", "tool");
    const inputSchema = { json: schema };
    expect(body["toolConfig"]).toEqual({
      tools: [{ toolSpec: { name: "answer_as_json", description: "The answer", inputSchema, strict: true } }],
      toolChoice: { tool: { name: "answer_as_json" } },
    });
    expect(body).not.toHaveProperty("outputConfig");
  });

  it("is one of the tools that may be called where there are others", () => {
    const tools = [{ name: "look_up", parameters: { type: "object" } }];
    const free = bodyOf({ responseFormat: { type: "json" }, tools }, claude, "tool").body["toolConfig"];
    expect(free).toMatchObject({
      tools: [{ toolSpec: { name: "look_up" } }, { toolSpec: { name: "answer_as_json" } }],
      toolChoice: { any: {} },
    });
    const one = bodyOf({ responseFormat: asked, tools, toolChoice: { tool: "look_up" } }, claude, "tool").body;
    expect(one["toolConfig"]).toMatchObject({ toolChoice: { tool: { name: "look_up" } } });
  });
});

describe("reasoning", () => {
  const nova = "us.amazon.nova-2-lite-v1:0";
  const opus = "global.anthropic.claude-opus-4-6-v1";
  const budget = (tokens: number) => ({ thinking: { type: "enabled", budget_tokens: tokens } });

  it.each([
    [claude, { budgetTokens: 3000 }, undefined, budget(3000), undefined, []],
    [claude, { budgetTokens: 0 }, undefined, undefined, undefined, []],
    [claude, { effort: "none" }, undefined, undefined, undefined, []],
    [claude, { effort: "low" }, undefined, budget(4096), undefined, ["reasoning.effort"]],
    [claude, { effort: "high" }, 8000, budget(7999), undefined, ["reasoning.effort"]],
    [claude, { effort: "minimal" }, 500, budget(1024), undefined, ["reasoning.effort", "reasoning.effort"]],
    [opus, { effort: "high" }, undefined, { thinking: { type: "adaptive" } }, "high", []],
    [
      nova,
      { effort: "medium" },
      undefined,
      { reasoningConfig: { type: "enabled", maxReasoningEffort: "medium" } },
      undefined,
      [],
    ],
    [
      nova,
      { budgetTokens: 5000 },
      undefined,
      { reasoningConfig: { type: "enabled", maxReasoningEffort: "medium" } },
      undefined,
      ["reasoning.budgetTokens"],
    ],
    [nova, { effort: "none" }, undefined, undefined, undefined, []],
    ["openai.gpt-oss-120b-1:0", { effort: "high" }, undefined, { reasoning_effort: "high" }, undefined, []],
    [
      "openai.gpt-oss-120b-1:0",
      { effort: "none" },
      undefined,
      { reasoning_effort: "low" },
      undefined,
      ["reasoning.effort"],
    ],
    ["meta.llama3-3-70b-instruct-v1:0", { effort: "high" }, undefined, undefined, undefined, ["reasoning"]],
  ] as const)("of %s, %j within %s", (model, reasoning, maxOutputTokens, additional, effort, warned) => {
    const { body, fields } = bodyOf({ reasoning, maxOutputTokens }, model);
    expect(body["additionalModelRequestFields"]).toEqual(additional);
    expect(body["outputConfig"]).toEqual(effort === undefined ? undefined : { effort });
    expect(fields).toEqual(warned);
  });
});
