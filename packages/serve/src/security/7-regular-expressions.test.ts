import { matchesGlob } from "@onehead/core";
import { parseAutoModel } from "@onehead/provider";
import { questionIn } from "@onehead/runtime";
import { describe, expect, it } from "vitest";
import { readRouterOptions } from "../request/router-options.js";
import { isPrivateHost } from "./is-private-host.js";
import { redactJson, redactText } from "./redact.js";

/** What patterns stumble over: each is repeated until it is long. */
const pieces = [
  "a",
  "a.",
  "a@",
  "a@a.",
  "@",
  "1",
  "1 ",
  "1-",
  "+1 ",
  "(1",
  "12 34 ",
  "Bearer ",
  "Bearer a",
  "sk-",
  "eyJ",
  "-----BEGIN ",
  "-----BEGIN A",
  "-----BEGIN PRIVATE KEY-----",
  "-----END ",
  "DE12 ",
  "DE12ABCD ",
  "A1",
  "<",
  "<a>",
  "</a>",
  "<a ",
  "<!--",
  "<document>",
  "<system-reminder>",
  "```",
  "`",
  "~~~\n",
  "\n",
  "\n\n",
  "\r\n",
  " ",
  "\t",
  "> ",
  "- ",
  "1. ",
  "# ",
  "---\n",
  "|",
  "\\",
  '"',
  "{",
  '{"a":',
  "[",
  "?",
  "a?\n",
  "a\n\n",
  "。",
  "？",
  "\u3000",
  "\u0301",
  "\ud800",
  "User: ",
  "From: a\n",
  "Question: a\n",
  "Context:\n",
  "at a (b)\n",
  "2020-01-01 \n",
  "please ",
  "this text ",
  "the of following ",
  "CRITICAL: title",
  "<|im_start|>user\n",
  "[INST]",
];
const mostMs = 4_000;

function texts(piece: string, length: number): string[] {
  const long = piece.repeat(Math.ceil(length / piece.length));
  const half = long.slice(0, long.length / 2);
  return [long, `${half}x${half}!`, `Explain below\n\n${long}\n\nWhat?`];
}

function timeOf(work: () => unknown): number {
  const begun = performance.now();
  work();
  return performance.now() - begun;
}

describe("7: texts on which a pattern would never end", () => {
  // a tenth of a million is slow already where time grows with the square: 10 s for 10⁵ would be 1,000 s for 10⁶
  const length = process.env["ONEHEAD_FUZZ_RUNS"] === undefined ? 200_000 : 1_000_000;

  it("7.1: personal data is looked for in a time that grows with the text", () => {
    for (const piece of pieces)
      for (const text of texts(piece, length))
        expect(
          timeOf(() => redactText(text)),
          piece,
        ).toBeLessThan(mostMs);
    const json = { a: pieces.map((piece) => piece.repeat(1_000)) };
    expect(timeOf(() => redactJson(json))).toBeLessThan(mostMs);
  });

  it("7.2: the question of a prompt is found in such a time", () => {
    for (const piece of pieces) {
      for (const text of texts(piece, length))
        expect(
          timeOf(() => questionIn([{ role: "user", content: text }])),
          piece,
        ).toBeLessThan(mostMs);
    }
    const many = Array.from({ length: 2_000 }, (_, i) => ({
      role: i % 2 === 0 ? ("user" as const) : ("assistant" as const),
      content: "a\n\n?",
    }));
    expect(timeOf(() => questionIn(many as Parameters<typeof questionIn>[0]))).toBeLessThan(mostMs);
  });

  it("7.3: globs, names, hosts and headers are read in such a time", () => {
    const headers = (value: string) => new Headers({ "x-onehead-models": value, "x-onehead-cost-quality": value });
    for (const piece of ["*", "?", "*a", "**a", "a", ".", "1", ",", "auto:", "router-mf-", "a-", "[", ":", "%"]) {
      const long = piece.repeat(16_000 / piece.length);
      expect(timeOf(() => matchesGlob(long.slice(0, 256), "a".repeat(256)))).toBeLessThan(mostMs);
      expect(timeOf(() => isPrivateHost(long))).toBeLessThan(mostMs);
      for (const work of [
        () => parseAutoModel(`auto:${long}`),
        () => parseAutoModel(long),
        () => readRouterOptions({ model: "auto" }, headers(long)),
      ]) {
        const timed = timeOf(() => {
          try {
            work();
          } catch {
            // what is refused is refused in time
          }
        });
        expect(timed, piece).toBeLessThan(mostMs);
      }
    }
  });

  it("7.4: e-mail addresses are still taken out, whatever stands around them", () => {
    expect(redactText("to a.b+c@example.co.uk, <x@y.org> and @none or a@b")).toBe(
      "to [email], <[email]> and @none or a@b",
    );
    expect(redactText("a@b.de@c.org")).toBe("[email]@c.org");
    expect(redactText(`${"a".repeat(100)}@example.org`)).toBe(`${"a".repeat(36)}[email]`);
    expect(redactJson({ "mail me@example.org": ["sk-0123456789abcdef0123"] })).toEqual({
      "mail [email]": ["[secret]"],
    });
  });
});
