import type { AssistantPart, ChatRequest, StreamPart, Warning } from "@onehead/provider";
import { describe, expect, test } from "vitest";
import { taggingReader, withOwnSignatures, withTaggedContent } from "./signatures.js";

const thought = (signature?: string): AssistantPart => ({ type: "reasoning", text: "hm", signature });
const call = (signature?: string): AssistantPart => ({
  type: "tool-call",
  id: "1",
  name: "n",
  arguments: "{}",
  signature,
});

function read(kind: string | null, ...content: AssistantPart[]) {
  const warnings: Warning[] = [];
  const request: ChatRequest = { messages: [{ role: "assistant", content }] };
  const { messages } = withOwnSignatures(request, kind, warnings);
  return { content: messages[0].content, fields: warnings.map(({ field }) => field) };
}

describe("signatures of a request", () => {
  test.each<[string, string | null, AssistantPart, AssistantPart[]]>([
    ["one's own come back as they were", "openai", thought("openai:rs_1|x"), [thought("rs_1|x")]],
    ["one's own with a colon", "openai", thought("openai:a:b"), [thought("a:b")]],
    ["without a tag are left", "openai", thought("rs_1|x"), [thought("rs_1|x")]],
    ["that are none are left", "openai", thought(), [thought()]],
    ["of others take their call's proof alone", "google", call("openai:x"), [call()]],
  ])("%s", (_, kind, part, content) => {
    expect(read(kind, part)).toEqual({ content, fields: [] });
  });

  test.each(["anthropic", null])("of others take their thoughts with them, with a warning: %s", (kind) => {
    const text: AssistantPart = { type: "text", text: "a" };
    expect(read(kind, text, thought("openai:x"))).toEqual({ content: [text], fields: ["messages[0].content[1]"] });
  });
});

test("an answer's signatures are tagged, whole and streamed, and read back by whoever made them", () => {
  const content = [thought("x"), thought(), call("y")];
  const result = { content, finishReason: "stop", usage: {}, warnings: [], response: {} } as never;
  const tagged = [thought("openai:x"), thought(), call("openai:y")];
  expect(withTaggedContent(result, "openai").content).toEqual(tagged);
  expect(withTaggedContent(result, null)).toBe(result);
  const usage = { inputTokens: 1, outputTokens: 2 };
  const reader = { usage, read: (part: StreamPart) => [part], end: () => [call("y") as StreamPart] };
  const tagging = taggingReader<StreamPart>(reader, "openai");
  expect([...tagging.read(thought("x") as StreamPart), ...tagging.end()]).toEqual([tagged[0], tagged[2]]);
  expect(tagging.usage).toBe(usage);
  expect(taggingReader(reader, null)).toBe(reader);
  expect(read("openai", ...tagged).content).toEqual(content);
});
