import fc from "fast-check";
import { expect, test } from "vitest";
import { countClasses, tokenClasses } from "./count-classes.js";
import { estimateTokens } from "./estimate-tokens.js";

test("counts every class of a small text", () => {
  const counts = new Float64Array(tokenClasses.length);
  countClasses("ab  c1\n{漢é😀", counts);
  // ab, c | a b c | 1 | the double space | \n | { | 漢 | é | two surrogates of the emoji
  expect([...counts]).toEqual([2, 3, 1, 1, 1, 1, 1, 1, 2]);
});

test("is 0 for the empty text and a hand-worked sum for a short one", () => {
  expect(estimateTokens("")).toBe(0);
  // two words of 5 letters: 2 · 0.534 + 10 · 0.141 = 2.478, rounded up
  expect(estimateTokens("hello world")).toBe(3);
});

test("never falls when text is appended", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), fc.string({ unit: "binary" }), (a, b) => {
      expect(estimateTokens(a + b)).toBeGreaterThanOrEqual(estimateTokens(a));
    }),
  );
});

test("takes two million characters and lone surrogates", () => {
  expect(estimateTokens("a ".repeat(1_000_000))).toBeGreaterThan(100_000);
  expect(estimateTokens("\ud800\udc00\ud800")).toBeGreaterThan(0);
});
