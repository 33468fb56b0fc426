import { type FilePart, type Message, ProviderError, type Warning } from "@onehead/provider";
import { describe, expect, test } from "vitest";
import { toMessages } from "./to-messages.js";

const bytes = new Uint8Array([1, 2, 3]);

function sent(...messages: Message[]): { messages: unknown[]; fields: string[] } {
  const warnings: Warning[] = [];
  return { messages: toMessages(messages, warnings), fields: warnings.map(({ field }) => field) };
}

describe("toMessages", () => {
  test("joins the parts of a system text", () => {
    const content = [
      { type: "text" as const, text: "One.", cache: true },
      { type: "text" as const, text: "Two." },
    ];
    expect(sent({ role: "system", content }, { role: "user", content: "Hi" }).messages[0]).toEqual({
      role: "system",
      content: "One.\nTwo.",
    });
  });

  test.each<[Omit<FilePart, "type">, unknown]>([
    [
      { data: bytes, mediaType: "application/pdf", filename: "a.pdf" },
      { type: "document_url", document_url: "data:application/pdf;base64,AQID", document_name: "a.pdf" },
    ],
    [
      { data: new URL("https://example.com/a.pdf"), mediaType: "application/pdf" },
      { type: "document_url", document_url: "https://example.com/a.pdf" },
    ],
    [
      { data: "https://example.com/a.txt", mediaType: "text/plain" },
      { type: "document_url", document_url: "https://example.com/a.txt" },
    ],
    [
      { data: new TextEncoder().encode("Grüße"), mediaType: "text/plain" },
      { type: "text", text: "Grüße" },
    ],
    [
      { data: "AQID", mediaType: "image/png" },
      { type: "image_url", image_url: "data:image/png;base64,AQID" },
    ],
    [
      { data: bytes, mediaType: "audio/mpeg" },
      { type: "input_audio", input_audio: "AQID" },
    ],
    [
      { data: "https://example.com/a.mp3", mediaType: "audio/mpeg" },
      { type: "input_audio", input_audio: "https://example.com/a.mp3" },
    ],
  ])("sends the file %j", (file, chunk) => {
    const { messages } = sent({ role: "user", content: [{ type: "file", ...file }] });
    expect(messages).toEqual([{ role: "user", content: [chunk] }]);
  });

  test("sends images by address and as bytes", () => {
    const content = [
      { type: "image" as const, data: "https://example.com/a.png" },
      { type: "image" as const, data: bytes, mediaType: "image/png" },
    ];
    expect(sent({ role: "user", content }).messages[0]).toMatchObject({
      content: [{ image_url: "https://example.com/a.png" }, { image_url: "data:image/png;base64,AQID" }],
    });
  });

  test("refuses other files by name", () => {
    const content = [{ type: "file" as const, data: bytes, mediaType: "application/zip" }];
    const refused = () => sent({ role: "user", content });
    expect(refused).toThrow("messages[0].content[0]: a file of application/zip");
    expect(refused).toThrow(expect.toSatisfy(ProviderError.isInstance));
  });

  test("hands reasoning back as it came, before text and calls", () => {
    const { messages, fields } = sent(
      {
        role: "assistant",
        content: [
          { type: "reasoning", text: "Hm.", signature: "proof" },
          { type: "reasoning", text: "", signature: "hidden", redacted: true },
          { type: "text", text: "Yes." },
          { type: "tool-call", id: "gSIMJiOkT", name: "look_up", arguments: "" },
        ],
      },
      { role: "user", content: "And?" },
    );
    expect(messages[0]).toEqual({
      role: "assistant",
      content: [
        { type: "thinking", thinking: [{ type: "text", text: "Hm." }], signature: "proof", closed: true },
        { type: "text", text: "Yes." },
      ],
      tool_calls: [{ id: "gSIMJiOkT", type: "function", function: { name: "look_up", arguments: "{}" } }],
    });
    expect(fields).toEqual(["messages[0].content[1]"]);
  });

  test("begins the answer with an assistant's text that stands last", () => {
    const { messages } = sent({ role: "user", content: "Hi" }, { role: "assistant", content: "Well," });
    expect(messages[1]).toEqual({ role: "assistant", content: "Well,", prefix: true });
  });

  test("gives calls of other providers an id of Mistral's form, and their results the same", () => {
    const { messages, fields } = sent(
      {
        role: "assistant",
        content: [
          { type: "tool-call", id: "call_DdmO9pD3xa9XTPNJ32zg2hcA", name: "a", arguments: '{"x":1}' },
          { type: "tool-call", id: "toolu_01", name: "b", arguments: "{}" },
        ],
      },
      {
        role: "tool",
        content: [
          { type: "tool-result", id: "toolu_01", name: "b", content: "two", isError: true },
          {
            type: "tool-result",
            id: "call_DdmO9pD3xa9XTPNJ32zg2hcA",
            name: "a",
            content: [
              { type: "text", text: "one" },
              { type: "image", data: bytes, mediaType: "image/png" },
            ],
          },
        ],
      },
    );
    const [{ tool_calls: calls }, second, first] = messages as [
      { tool_calls: Array<{ id: string }> },
      { tool_call_id: string },
      { tool_call_id: string },
    ];
    for (const { id } of calls) expect(id).toMatch(/^[a-zA-Z0-9]{9}$/);
    expect(first).toEqual({
      role: "tool",
      tool_call_id: calls[0].id,
      name: "a",
      content: [
        { type: "text", text: "one" },
        { type: "image_url", image_url: "data:image/png;base64,AQID" },
      ],
    });
    expect(second).toMatchObject({ tool_call_id: calls[1].id, content: "two" });
    expect(fields).toEqual(["messages[1].content[0].isError"]);
  });
});
