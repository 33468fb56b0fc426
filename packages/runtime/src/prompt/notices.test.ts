import { expect, it } from "vitest";
import { knownNotices, type NoticeState, splitNotices } from "./notices.js";

function kinds(text: string, state: NoticeState = { mode: undefined, endLine: undefined }): [string, string][] {
  return splitNotices(text, knownNotices(true), state, true).map((segment) => [segment.kind, segment.text.trim()]);
}

it("a notice of one line ends with it", () => {
  expect(kinds("hello\n[Request interrupted by user]\nnow this")).toEqual([
    ["text", "hello"],
    ["harness", "[Request interrupted by user]"],
    ["text", "now this"],
  ]);
});

it("some notices count only where the text begins", () => {
  expect(kinds("OBSERVATION:\n3 files")).toEqual([["tool", "OBSERVATION:\n3 files"]]);
  expect(kinds("My log says\nOBSERVATION:\n3 files")).toEqual([["text", "My log says\nOBSERVATION:\n3 files"]]);
});

it("each head of a tool's result begins a new one", () => {
  const text = "[read_file for 'a'] Result:\none\n[list_files for 'b'] Result:\ntwo";
  expect(kinds(text)).toEqual([
    ["tool", "[read_file for 'a'] Result:\none"],
    ["tool", "[list_files for 'b'] Result:\ntwo"],
  ]);
});

it("a block with an end line lets the text go on", () => {
  const text = "Look at @a.\n--- Content from referenced files ---\nA\n--- End of content ---\nIs it right?";
  expect(kinds(text).map(([kind]) => kind)).toEqual(["text", "document", "text"]);
});

it("what stands before Codex's mark of the request is the harness's", () => {
  expect(kinds("# Context from my IDE setup:\n## Open tabs:\n- a\n\n## My request for Codex:\nfix it")).toEqual([
    ["harness", "# Context from my IDE setup:\n## Open tabs:\n- a\n\n## My request for Codex:"],
    ["text", "fix it"],
  ]);
});
