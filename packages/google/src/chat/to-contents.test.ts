import { type Message, ProviderError, type Warning } from "@onehead/provider";
import { describe, expect, test } from "vitest";
import { toContents } from "./to-contents.js";

const png = { type: "image" as const, data: "iVBORw0KGgo=", mediaType: "image/png" };
const address = new URL("https://example.com/a.png");

function contentsOf(messages: Message[], model = "gemini-3.5-flash") {
  const warnings: Warning[] = [];
  return { ...toContents(model, messages, warnings), fields: warnings.map(({ field }) => field) };
}

describe("system text", () => {
  test("stands apart, each text a part of its own", () => {
    const { systemInstruction, contents, fields } = contentsOf([
      { role: "system", content: "Be brief." },
      { role: "system", content: [{ type: "text", text: "Be kind.", cache: true }] },
      { role: "user", content: "Hi" },
    ]);
    expect(systemInstruction).toEqual({ parts: [{ text: "Be brief." }, { text: "Be kind." }] });
    expect(contents).toEqual([{ role: "user", parts: [{ text: "Hi" }] }]);
    expect(fields).toEqual([]);
  });

  test("of a later turn is sent before the conversation, with a warning", () => {
    const { systemInstruction, fields } = contentsOf([
      { role: "user", content: "Hi" },
      { role: "system", content: "Be brief." },
    ]);
    expect(systemInstruction).toEqual({ parts: [{ text: "Be brief." }] });
    expect(fields).toEqual(["messages[1]"]);
  });

  test("is left out where there is none", () => {
    expect(contentsOf([{ role: "user", content: "Hi" }])).not.toHaveProperty("systemInstruction");
  });
});

describe("media", () => {
  const bytes = Uint8Array.of(1, 2, 3);
  test.each([
    ["base64", png, { inlineData: { data: "iVBORw0KGgo=", mimeType: "image/png" } }],
    ["bytes", { ...png, data: bytes }, { inlineData: { data: "AQID", mimeType: "image/png" } }],
    [
      "a data: address",
      { type: "image" as const, data: "data:image/gif;base64,R0lGOD" },
      { inlineData: { data: "R0lGOD", mimeType: "image/gif" } },
    ],
    ["an address", { ...png, data: address }, { fileData: { fileUri: String(address), mimeType: "image/png" } }],
    [
      "a document",
      { type: "file" as const, data: "JVBERi0=", mediaType: "application/pdf" },
      { inlineData: { data: "JVBERi0=", mimeType: "application/pdf" } },
    ],
  ])("%s", (_, part, expected) => {
    const { contents, fields } = contentsOf([{ role: "user", content: [{ type: "text", text: "See:" }, part] }]);
    expect(contents[0].parts).toEqual([{ text: "See:" }, expected]);
    expect(fields).toEqual([]);
  });

  test("an address without a media type is refused by its field", () => {
    const call = () => contentsOf([{ role: "user", content: [{ type: "image", data: address }] }]);
    expect(call).toThrow(/messages\[0\]\.content\[0\]: an address without a mediaType/);
    expect(call).toThrow(expect.objectContaining({ code: "unsupported" }));
  });

  test("the name of a file is a warning", () => {
    const file = { type: "file" as const, data: "JVBERi0=", mediaType: "application/pdf", filename: "a.pdf" };
    expect(contentsOf([{ role: "user", content: [file] }]).fields).toEqual(["messages[0].content[0].filename"]);
  });
});

describe("turns of the model", () => {
  const call = { type: "tool-call" as const, id: "call_1", name: "look_up", arguments: '{"key":1}' };
  const sent = { functionCall: { id: "call_1", args: { key: 1 }, name: "look_up" } };

  test("signatures go back on the parts that they came on", () => {
    const { contents, fields } = contentsOf([
      {
        role: "assistant",
        content: [
          { type: "reasoning", text: "Thinking.", signature: "c2ln" },
          { type: "reasoning", text: "More." },
          { type: "text", text: "Answer." },
          { type: "reasoning", text: "", signature: "dGV4dA==" },
          { ...call, signature: "Y2FsbA==" },
          { ...call, id: "call_2" },
        ],
      },
    ]);
    expect(contents).toEqual([
      {
        role: "model",
        parts: [
          { text: "Thinking.", thought: true, thoughtSignature: "c2ln" },
          { text: "More.", thought: true },
          { text: "Answer." },
          { text: "", thoughtSignature: "dGV4dA==" },
          { ...sent, thoughtSignature: "Y2FsbA==" },
          { functionCall: { ...sent.functionCall, id: "call_2" } },
        ],
      },
    ]);
    expect(fields).toEqual([]);
  });

  test.each([
    ["gemini-3.5-flash", "skip_thought_signature_validator"],
    ["models/gemini-flash-latest", "skip_thought_signature_validator"],
    ["gemini-2.5-flash", undefined],
    ["gemma-4-31b-it", undefined],
  ])("calls of another model are marked for %s: %s, the first of a turn", (model, thoughtSignature) => {
    const { contents } = contentsOf([{ role: "assistant", content: [call, { ...call, id: "call_2" }] }], model);
    expect(contents[0].parts.map((part) => part["thoughtSignature"])).toEqual([thoughtSignature, undefined]);
  });

  test.each([
    ["withheld", { type: "reasoning" as const, text: "", signature: "c2ln", redacted: true }],
    ["signed in another form", { type: "reasoning" as const, text: "Thinking.", signature: "rs_1|gAAA" }],
  ])("reasoning that is %s is left out with a warning", (_, part) => {
    const { contents, fields } = contentsOf([{ role: "assistant", content: [part, { type: "text", text: "Hi" }] }]);
    expect(contents[0].parts).toEqual([{ text: "Hi" }]);
    expect(fields).toEqual(["messages[0].content[0]"]);
  });

  test("a turn with nothing in it is left out", () => {
    const { contents } = contentsOf([
      { role: "user", content: "Hi" },
      { role: "assistant", content: "" },
      {
        role: "assistant",
        content: [
          { type: "text", text: "" },
          { type: "reasoning", text: "" },
        ],
      },
      { role: "assistant", content: "Hello" },
    ]);
    expect(contents.map(({ role }) => role)).toEqual(["user", "model"]);
  });

  test("arguments that are no object are refused by their field", () => {
    const broken = () => contentsOf([{ role: "assistant", content: [{ ...call, arguments: "[1" }] }]);
    expect(broken).toThrow(/messages\[0\]\.content\[0\]\.arguments/);
    expect(contentsOf([{ role: "assistant", content: [{ ...call, arguments: "" }] }]).contents[0].parts).toMatchObject([
      { functionCall: { args: {} } },
    ]);
  });
});

describe("results of tools", () => {
  const result = { type: "tool-result" as const, id: "call_1", name: "look_up" };

  test("of one turn are one content, whether in one message or several", () => {
    const { contents } = contentsOf([
      { role: "tool", content: [{ ...result, content: "one" }] },
      {
        role: "tool",
        content: [
          { ...result, id: "call_2", content: "two", isError: true },
          {
            ...result,
            id: "call_3",
            content: [
              { type: "text", text: "a" },
              { type: "text", text: "b" },
            ],
          },
        ],
      },
      { role: "user", content: "And?" },
    ]);
    const response = (id: string, value: object) => ({
      functionResponse: { id, name: "look_up", response: value },
    });
    expect(contents).toEqual([
      {
        role: "user",
        parts: [
          response("call_1", { output: "one" }),
          response("call_2", { error: "two" }),
          response("call_3", { output: "a\nb" }),
        ],
      },
      { role: "user", parts: [{ text: "And?" }] },
    ]);
  });

  const image = { inlineData: { data: "iVBORw0KGgo=", mimeType: "image/png" } };
  test.each([
    ["gemini-3.5-flash", [{ functionResponse: { parts: [image] } }, { functionResponse: { id: "call_2" } }]],
    ["gemini-2.5-flash", [{ functionResponse: { id: "call_1" } }, { functionResponse: { id: "call_2" } }, image]],
  ])("images travel within the result where the model takes that, else behind all results: %s", (model, expected) => {
    const { contents } = contentsOf(
      [
        {
          role: "tool",
          content: [
            { ...result, content: [{ type: "text", text: "a" }, png] },
            { ...result, id: "call_2", content: "b" },
          ],
        },
      ],
      model,
    );
    expect(contents[0].parts).toHaveLength(expected.length);
    expect(contents[0].parts).toMatchObject(expected);
  });

  test.each([
    [
      "an image by its address",
      { ...result, content: [{ ...png, data: address }] },
      "unsupported",
      "content[0].content[0]",
    ],
    ["no name", { ...result, name: "", content: "a" }, "invalid-argument", "content[0].name"],
    ["no result", { type: "text", text: "a" }, "invalid-argument", "content[0]"],
  ])("%s is refused by its field", (_, part, code, field) => {
    try {
      contentsOf([{ role: "tool", content: [part as never] }]);
      expect.unreachable();
    } catch (error) {
      expect(ProviderError.isInstance(error) && error.code).toBe(code);
      expect((error as Error).message).toContain(`messages[0].${field}`);
    }
  });
});
