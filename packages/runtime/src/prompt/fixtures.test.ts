import { readdirSync, readFileSync } from "node:fs";
import type { Message } from "@onehead/provider";
import { describe, expect, it } from "vitest";
import { extractPrompt } from "./extract-prompt.js";

interface Fixture {
  source: string;
  date: string;
  kind: "chat" | "agent" | "rag";
  /** Why we do not find the question; the fixture then stands for a limit. */
  misses?: string;
  messages: Message[];
  expected: {
    question: string;
    chore?: string;
    history?: string[];
    /** How many there are. */
    toolResults?: number;
    documents?: number;
    harness?: number;
  };
}

const folder = new URL("./__fixtures__/", import.meta.url);
const fixtures = readdirSync(folder)
  .filter((name) => name.endsWith(".json"))
  .map((name) => ({ name, ...(JSON.parse(readFileSync(new URL(name, folder), "utf8")) as Fixture) }));

/** The rule that we replace: the text of the last user message. */
function lastUserMessage(messages: readonly Message[]): string {
  const last = messages.filter((message) => message.role === "user").at(-1);
  if (last === undefined) return "";
  if (typeof last.content === "string") return last.content.trim();
  return last.content
    .flatMap((part) => (part.type === "text" ? [part.text] : []))
    .join("\n")
    .trim();
}

describe("extractPrompt on the shapes that harnesses and templates send", () => {
  it.each(fixtures)("$kind, $source ($name)", ({ messages, expected, misses }) => {
    const extracted = extractPrompt(messages);
    // once a limit is overcome its fixture says so and becomes an ordinary one
    if (misses !== undefined) {
      expect(extracted.question).not.toBe(expected.question);
      return;
    }
    expect(extracted.question).toBe(expected.question);
    expect(extracted.chore).toBe(expected.chore);
    if (expected.history !== undefined) expect(extracted.history).toEqual(expected.history);
    for (const field of ["toolResults", "documents", "harness"] as const) {
      if (expected[field] !== undefined) expect(extracted[field], field).toHaveLength(expected[field]);
    }
  });

  it("finds the shares of questions that the design text names", () => {
    const shares = (["chat", "agent", "rag"] as const).map((kind) => {
      const all = fixtures.filter((fixture) => fixture.kind === kind);
      const naive = all.filter(({ messages, expected }) => lastUserMessage(messages) === expected.question).length;
      const ours = all.filter(
        ({ messages, expected }) => extractPrompt(messages).question === expected.question,
      ).length;
      return `${kind}: ${naive} and ${ours} of ${all.length}`;
    });
    expect(shares).toEqual(["chat: 5 and 23 of 24", "agent: 2 and 29 of 30", "rag: 1 and 17 of 18"]);
  });
});
