import { estimateTokens } from "@onehead/core";
import { expect, test } from "vitest";
import { countRequestTokens } from "./count-request-tokens.js";

const words = (text: string): number => text.split(/\s+/).filter(Boolean).length;

test("everything that is sent is counted: turns, calls, results, tools, schema", () => {
  const tokens = countRequestTokens(
    {
      messages: [
        { role: "system", content: "one two" },
        { role: "user", content: [{ type: "text", text: "three four five" }] },
        {
          role: "assistant",
          content: [
            { type: "reasoning", text: "six" },
            { type: "tool-call", id: "1", name: "look", arguments: '{"at": 7}' },
          ],
        },
        { role: "tool", content: [{ type: "tool-result", id: "1", name: "look", content: "eight nine" }] },
      ],
      tools: [{ name: "look", description: "looks at it", parameters: {} }],
      responseFormat: { type: "json-schema", schema: {} },
    },
    words,
  );
  // four turns of 4; 2 + 3 + 1 + 3 + 2; the tool "look looks at it {}" 5; the schema "{}" 1
  expect(tokens).toBe(16 + 11 + 5 + 1);
});

test("images and files are counted by what they may come to", () => {
  const count = (part: Parameters<typeof countRequestTokens>[0]["messages"][number]) =>
    countRequestTokens({ messages: [part] }, words) - 4;
  expect(count({ role: "user", content: [{ type: "image", data: "AA==", mediaType: "image/png" }] })).toBe(1000);
  const file = { type: "file" as const, mediaType: "application/pdf" };
  expect(count({ role: "user", content: [{ ...file, data: new Uint8Array(100_000) }] })).toBe(4000);
  expect(count({ role: "user", content: [{ ...file, data: new URL("https://example.com/a.pdf") }] })).toBe(2000);
});

test("without a counter the estimate of core is used", () => {
  const text = "The quick brown fox jumps over the lazy dog.";
  expect(countRequestTokens({ messages: [{ role: "user", content: text }] })).toBe(4 + estimateTokens(text));
});
