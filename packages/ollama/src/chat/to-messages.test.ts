import { type Message, ProviderError, type UserPart, type Warning } from "@onehead/provider";
import { describe, expect, test } from "vitest";
import { toMessages } from "./to-messages.js";

const bytes = new Uint8Array([1, 2, 3]);

function sent(...messages: Message[]): { messages: unknown[]; fields: string[] } {
  const warnings: Warning[] = [];
  return { messages: toMessages(messages, warnings), fields: warnings.map(({ field }) => field) };
}

describe("toMessages", () => {
  test("joins texts, and puts images beside them", () => {
    const content: UserPart[] = [
      { type: "text", text: "One." },
      { type: "image", data: bytes, mediaType: "image/png" },
      { type: "file", data: "data:image/jpeg;base64,BAUG", mediaType: "image/jpeg" },
      { type: "file", data: new TextEncoder().encode("Grüße"), mediaType: "text/markdown" },
      { type: "text", text: "Two." },
    ];
    const system = {
      role: "system" as const,
      content: [
        { type: "text" as const, text: "A" },
        { type: "text" as const, text: "B" },
      ],
    };
    expect(sent(system, { role: "user", content }).messages).toEqual([
      { role: "system", content: "A\nB" },
      { role: "user", content: "One.\nGrüße\nTwo.", images: ["AQID", "BAUG"] },
    ]);
  });

  test.each<[UserPart, string]>([
    [{ type: "image", data: "https://example.com/a.png" }, "an image by its address"],
    [{ type: "file", data: new URL("https://example.com/a.txt"), mediaType: "text/plain" }, "a file by its address"],
    [{ type: "file", data: bytes, mediaType: "application/pdf" }, "a file of application/pdf"],
  ])("refuses %j", (part, message) => {
    const refused = () => sent({ role: "user", content: [part] });
    expect(refused).toThrow(`messages[0].content[0]: ${message}`);
    expect(refused).toThrow(
      expect.toSatisfy((error) => ProviderError.isInstance(error) && error.code === "unsupported"),
    );
  });

  test("hands thoughts, text and calls back, with arguments as objects", () => {
    const { messages, fields } = sent(
      {
        role: "assistant",
        content: [
          { type: "reasoning", text: "Hm.", signature: "of another provider" },
          { type: "reasoning", text: "", signature: "hidden", redacted: true },
          { type: "text", text: "Yes." },
          { type: "tool-call", id: "call_1", name: "look_up", arguments: '{"key":1}' },
          { type: "tool-call", id: "call_2", name: "look_up", arguments: "" },
        ],
      },
      {
        role: "tool",
        content: [
          { type: "tool-result", id: "call_1", name: "look_up", content: "one" },
          {
            type: "tool-result",
            id: "call_2",
            name: "look_up",
            content: [{ type: "text", text: "two" }],
            isError: true,
          },
        ],
      },
      { role: "assistant", content: "Well," },
    );
    expect(messages).toEqual([
      {
        role: "assistant",
        content: "Yes.",
        thinking: "Hm.",
        tool_calls: [
          { id: "call_1", type: "function", function: { name: "look_up", arguments: { key: 1 } } },
          { id: "call_2", type: "function", function: { name: "look_up", arguments: {} } },
        ],
      },
      { role: "tool", tool_name: "look_up", tool_call_id: "call_1", content: "one" },
      { role: "tool", tool_name: "look_up", tool_call_id: "call_2", content: "two" },
      { role: "assistant", content: "Well," },
    ]);
    expect(fields).toEqual(["messages[0].content[1]", "messages[1].content[1].isError"]);
  });

  test("refuses images in tool results and arguments that are no object", () => {
    const image = { type: "image" as const, data: bytes, mediaType: "image/png" };
    const result = { type: "tool-result" as const, id: "a", name: "f", content: [image] };
    expect(() => sent({ role: "tool", content: [result] })).toThrow(
      "messages[0].content[0]: an image in a tool result",
    );
    const call = { type: "tool-call" as const, id: "a", name: "f", arguments: "[1]" };
    expect(() => sent({ role: "assistant", content: [call] })).toThrow("messages[0].content[0].arguments");
  });
});
