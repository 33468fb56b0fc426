import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parsePythonStringList } from "./python-list.js";

describe("parsePythonStringList", () => {
  it.each([
    ["['one']", ["one"]],
    [`['it\\'s', "say \\"hi\\""]`, ["it's", 'say "hi"']],
    [`["it's", 'a "quote"']`, ["it's", 'a "quote"']],
    ["['a\\nb\\tc\\\\d\\re']", ["a\nb\tc\\d\re"]],
    ["['\\x41\\u00e9\\U0001f642\\101']", ["Aé\u{1f642}A"]],
    ["['\\q']", ["\\q"]],
    ["['']", [""]],
    ["  [ 'a' , 'b' ]  ", ["a", "b"]],
    ["['U\\U00110000']", ["U\\U00110000"]],
    ["['\\x4']", ["\\x4"]],
  ])("reads %s", (text, strings) => {
    expect(parsePythonStringList(text)).toEqual(strings);
  });

  it.each([
    "plain text",
    "[1, 2]",
    "[]",
    "['a'",
    "'a'",
    "['a'] and more",
    "['a' 'b']",
    "['a'] ['b']",
    "['line\nbreak']",
    "[x for x in 'ab']",
    "",
  ])("takes %j for text of its own", (text) => {
    expect(parsePythonStringList(text)).toBeUndefined();
  });

  it("inverts what Python's str(list) prints", () => {
    // repr picks double quotes where a string holds a single quote and no double one
    const repr = (text: string): string => {
      const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
      const escaped = text
        .replaceAll("\\", "\\\\")
        .replaceAll("\n", "\\n")
        .replaceAll("\r", "\\r")
        .replaceAll("\t", "\\t")
        .replaceAll(quote, `\\${quote}`);
      return quote + escaped + quote;
    };
    const strings = fc.array(
      fc.string({ unit: fc.constantFrom("a", "'", '"', "\\", "\n", "\t", "é", "]", ",", " ", "x41") }),
      {
        minLength: 1,
      },
    );
    fc.assert(
      fc.property(strings, (list) => {
        expect(parsePythonStringList(`[${list.map(repr).join(", ")}]`)).toEqual(list);
      }),
    );
  });

  it("takes linear time on a long string that is never closed", () => {
    expect(parsePythonStringList(`['${"a\\'".repeat(700_000)}]`)).toBeUndefined();
  });
});
