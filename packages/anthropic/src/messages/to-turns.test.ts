import type { Message, ProviderError, UserPart } from "@onehead/provider";
import { describe, expect, test } from "vitest";
import { toTurns } from "./to-turns.js";
import { Translation } from "./translation.js";

function turnsOf(messages: Message[]) {
  const translation = new Translation();
  const result = toTurns(messages, translation);
  translation.limitCached();
  return { ...result, fields: translation.warnings.map(({ field }) => field) };
}
const text = (words: string) => ({ type: "text", text: words });
const ephemeral = { cache_control: { type: "ephemeral" } };

describe("turns", () => {
  test("of one side that follow each other are one, results of tools first", () => {
    const { turns } = turnsOf([
      { role: "user", content: "a" },
      { role: "assistant", content: [{ type: "tool-call", id: "1", name: "f", arguments: "" }] },
      { role: "user", content: "b" },
      { role: "tool", content: [{ type: "tool-result", id: "1", name: "f", content: "r1" }] },
      { role: "tool", content: [{ type: "tool-result", id: "2", name: "f", content: "r2", isError: true }] },
      { role: "user", content: "c" },
      { role: "assistant", content: "d" },
      { role: "assistant", content: [{ type: "text", text: "e" }] },
    ]);
    expect(turns).toEqual([
      { role: "user", content: [text("a")] },
      { role: "assistant", content: [{ type: "tool_use", id: "1", name: "f", input: {} }] },
      {
        role: "user",
        content: [
          { type: "tool_result", tool_use_id: "1", content: "r1" },
          { type: "tool_result", tool_use_id: "2", content: "r2", is_error: true },
          text("b"),
          text("c"),
        ],
      },
      { role: "assistant", content: [text("d"), text("e")] },
    ]);
  });

  test("have what the system says before them, with a warning where it was said later", () => {
    const { system, fields } = turnsOf([
      { role: "system", content: "one" },
      { role: "system", content: [{ type: "text", text: "two", cache: true }] },
      { role: "user", content: "a" },
      { role: "system", content: "three" },
    ]);
    expect(system).toEqual([text("one"), { ...text("two"), ...ephemeral }, text("three")]);
    expect(fields).toEqual(["messages[3]"]);
    expect(turnsOf([{ role: "user", content: "a" }]).system).toBeUndefined();
  });

  test("leave out text that is empty, and an assistant's turn of nothing", () => {
    const { turns } = turnsOf([
      {
        role: "user",
        content: [
          { type: "text", text: "" },
          { type: "text", text: "a" },
        ],
      },
      { role: "assistant", content: "" },
      { role: "user", content: "b" },
      {
        role: "assistant",
        content: [
          { type: "text", text: "" },
          { type: "tool-call", id: "1", name: "f", arguments: "{}" },
        ],
      },
    ]);
    expect(turns).toEqual([
      { role: "user", content: [text("a"), text("b")] },
      { role: "assistant", content: [{ type: "tool_use", id: "1", name: "f", input: {} }] },
    ]);
  });

  test("name calls in characters that are taken", () => {
    const { turns } = turnsOf([
      { role: "assistant", content: [{ type: "tool-call", id: "functions.f:0", name: "f", arguments: "{}" }] },
      { role: "tool", content: [{ type: "tool-result", id: "functions.f:0", name: "f", content: "r" }] },
    ]);
    expect(turns[0].content[0]["id"]).toBe("functions_f_0");
    expect(turns[1].content[0]["tool_use_id"]).toBe("functions_f_0");
  });

  test("have arguments that are the JSON of an object", () => {
    const call = { type: "tool-call" as const, id: "1", name: "f", arguments: "[1]" };
    expect(() => turnsOf([{ role: "assistant", content: [call] }])).toThrow(/^messages\[0\].content\[0\].arguments: /);
  });
});

test("reasoning is handed back with its signature, redacted or not, and another provider's is left out", () => {
  const { turns, fields } = turnsOf([
    {
      role: "assistant",
      content: [
        { type: "reasoning", text: "so", signature: "Esec+/=" },
        { type: "reasoning", text: "", signature: "Eomit" },
        { type: "reasoning", text: "", signature: "Ered", redacted: true },
        { type: "reasoning", text: "unsigned" },
        { type: "reasoning", text: "openai's", signature: "rs_1|gAAA" },
        { type: "text", text: "a" },
      ],
    },
  ]);
  expect(turns[0].content).toEqual([
    { type: "thinking", thinking: "so", signature: "Esec+/=" },
    { type: "thinking", thinking: "", signature: "Eomit" },
    { type: "redacted_thinking", data: "Ered" },
    text("a"),
  ]);
  expect(fields).toEqual(["messages[0].content[3]", "messages[0].content[4]"]);
});

describe("media", () => {
  const bytes = new TextEncoder().encode("Grüße");
  const base64 = btoa(String.fromCharCode(...bytes));
  const pdf = "application/pdf";
  test.each<[string, UserPart, object]>([
    [
      "an image in bytes",
      { type: "image", data: bytes, mediaType: "image/png" },
      { type: "image", source: { type: "base64", media_type: "image/png", data: base64 } },
    ],
    [
      "an image in base64",
      { type: "image", data: base64, mediaType: "image/JPG" },
      { type: "image", source: { type: "base64", media_type: "image/jpeg", data: base64 } },
    ],
    [
      "an image by its address",
      { type: "image", data: new URL("https://h/a.png") },
      { type: "image", source: { type: "url", url: "https://h/a.png" } },
    ],
    [
      "an image in a data: address",
      { type: "image", data: `data:image/webp;base64,${base64}` },
      { type: "image", source: { type: "base64", media_type: "image/webp", data: base64 } },
    ],
    [
      "an image as a file",
      { type: "file", data: bytes, mediaType: "image/gif" },
      { type: "image", source: { type: "base64", media_type: "image/gif", data: base64 } },
    ],
    [
      "a PDF in bytes",
      { type: "file", data: bytes, mediaType: pdf, filename: "a.pdf" },
      { type: "document", title: "a.pdf", source: { type: "base64", media_type: pdf, data: base64 } },
    ],
    [
      "a PDF by its address",
      { type: "file", data: "https://h/a.pdf", mediaType: pdf },
      { type: "document", source: { type: "url", url: "https://h/a.pdf" } },
    ],
    [
      "a text",
      { type: "file", data: bytes, mediaType: "text/markdown", filename: "a.md" },
      { type: "document", title: "a.md", source: { type: "text", media_type: "text/plain", data: "Grüße" } },
    ],
    [
      "JSON",
      { type: "file", data: base64, mediaType: "application/json" },
      { type: "document", source: { type: "text", media_type: "text/plain", data: "Grüße" } },
    ],
  ])("%s", (_, part, block) => {
    expect(turnsOf([{ role: "user", content: [part] }]).turns[0].content).toEqual([block]);
    const cached = turnsOf([{ role: "user", content: [{ ...part, cache: true }] }]).turns[0].content;
    expect(cached).toEqual([{ ...block, ...ephemeral }]);
  });

  test.each<[string, UserPart, string]>([
    ["an image of another kind", { type: "image", data: bytes, mediaType: "image/tiff" }, "unsupported"],
    ["a file of another kind", { type: "file", data: bytes, mediaType: "application/zip" }, "unsupported"],
    ["a text by its address", { type: "file", data: "https://h/a.txt", mediaType: "text/plain" }, "unsupported"],
    ["an image without its type", { type: "image", data: bytes }, "invalid-argument"],
    ["another address", { type: "image", data: new URL("ftp://h/a.png") }, "invalid-argument"],
  ])("not %s", (_, part, code) => {
    let error: ProviderError | undefined;
    try {
      turnsOf([{ role: "user", content: [{ type: "text", text: "a" }, part] }]);
    } catch (thrown) {
      error = thrown as ProviderError;
    }
    expect(error?.code).toBe(code);
    expect(error?.message).toMatch(/^messages\[0\]\.content\[1\]/);
  });

  test("stands in results of tools too", () => {
    const { turns } = turnsOf([
      {
        role: "tool",
        content: [
          {
            type: "tool-result",
            id: "1",
            name: "f",
            cache: true,
            content: [
              { type: "text", text: "a" },
              { type: "text", text: "" },
              { type: "image", data: "https://h/a.png" },
            ],
          },
        ],
      },
    ]);
    const content = [text("a"), { type: "image", source: { type: "url", url: "https://h/a.png" } }];
    expect(turns[0].content).toEqual([{ type: "tool_result", tool_use_id: "1", content, ...ephemeral }]);
  });
});

test("of more than four marks for the cache the last four are sent", () => {
  const parts = Array.from({ length: 6 }, (_, i) => ({ type: "text" as const, text: `${i}`, cache: true }));
  const { turns, fields } = turnsOf([{ role: "user", content: parts }]);
  expect(turns[0].content.map((block) => "cache_control" in block)).toEqual([false, false, true, true, true, true]);
  expect(fields).toEqual(["messages[0].content[0].cache", "messages[0].content[1].cache"]);
});
