import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { matchesGlob } from "./glob.js";

describe("matchesGlob", () => {
  it.each([
    ["gpt-4", "gpt-4", true],
    ["gpt-4", "gpt-4o", false],
    ["gpt-4", "my-gpt-4", false],
    ["gpt-*", "gpt-4o-mini", true],
    ["gpt-*", "gpt-", true],
    ["gpt-*", "gpt", false],
    ["*mini", "gpt-4o-mini", true],
    ["*-4*-*", "gpt-4o-mini", true],
    ["*4*4*", "gpt-4", false],
    ["gpt-?", "gpt-4", true],
    ["gpt-?", "gpt-", false],
    ["gpt-?", "gpt-4o", false],
    ["*", "anything/at all", true],
    ["openai/*", "openai/a/b", true],
    ["*", "", true],
    ["", "", true],
    ["", "a", false],
    ["?", "", false],
    ["**", "", true],
    ["a**b", "ab", true],
    ["*a?c", "aabcabc", true],
    ["GPT-*", "gpt-4", true],
    ["gpt-*", "GPT-4", true],
    // nothing else is special
    ["a.c", "abc", false],
    ["[ab]", "a", false],
    ["a+", "aa", false],
    ["(a|b)", "(a|b)", true],
    ["a\\*", "a\\b", true],
  ])("%j on %j is %s", (pattern, text, expected) => {
    expect(matchesGlob(pattern, text)).toBe(expected);
  });

  it("answers patterns on which a backtracking matcher never ends", () => {
    const stars = `${"*a".repeat(2000)}*b`;
    const text = "a".repeat(5000);
    expect(matchesGlob(stars, text)).toBe(false);
    expect(matchesGlob(stars, `${text}b`)).toBe(true);
    expect(matchesGlob("*a*a*a*b", text)).toBe(false);
  });

  it("agrees with the regular expression that says the same", () => {
    const letters = (alphabet: string, maxLength: number) =>
      fc.array(fc.constantFrom(...alphabet), { maxLength }).map((parts) => parts.join(""));
    fc.assert(
      fc.property(letters("ab*?", 7), letters("ab", 9), (pattern, text) => {
        const expression = new RegExp(`^${pattern.replaceAll("?", ".").replaceAll("*", ".*")}$`);
        expect(matchesGlob(pattern, text)).toBe(expression.test(text));
      }),
      { numRuns: 2000 },
    );
  });
});
