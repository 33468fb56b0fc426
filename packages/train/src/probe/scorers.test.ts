import { describe, expect, test } from "vitest";
import { scorerOf, scorers } from "./scorers.js";

describe("exact", () => {
  test.each([
    ["Canberra", " canberra.\n", 1],
    ["New  York", "new york", 1],
    ["Canberra", "It is Canberra", 0],
  ])("%s against %j is %d", (expected, answer, score) => expect(scorers.exact(expected, answer)).toBe(score));
});

describe("contains", () => {
  test.each([
    ["Canberra", "It is Canberra, of course", 1],
    ["Canberra", "It is Sydney", 0],
  ])("%s against %j is %d", (expected, answer, score) => expect(scorers.contains(expected, answer)).toBe(score));
});

describe("choice", () => {
  test.each([
    ["C", "The answer is (C).", 1],
    ["C", "First I thought the answer is (A). No: the answer is (C)", 1],
    ["C", "**Answer: C**", 1],
    ["C", "so we get \\boxed{C}", 1],
    ["C", "\\boxed{\\text{C}}", 1],
    ["(c)", "C", 1],
    ["B", "B) because it is the only even prime", 1],
    ["B", "reasoning …\n(B)\n", 1],
    ["A", "A bird in the hand", 0],
    ["C", "The answer is Canberra", 0],
    ["C", "", 0],
  ])("%s against %j is %d", (expected, answer, score) => expect(scorers.choice(expected, answer)).toBe(score));
});

describe("number", () => {
  test.each([
    ["42", "6 times 7 is 42.", 1],
    ["1234.5", "It costs $1,234.50", 1],
    ["-3", "x = −3", 1],
    ["0.5", "the chance is 1/2", 1],
    ["1e3", "1000", 1],
    ["#### 18", "She makes 18 dollars", 1],
    ["42", "42 is wrong, it is 43", 0],
    ["12", "10-12", 1],
    ["42", "no idea", 0],
    ["none", "42", 0],
  ])("%s against %j is %d", (expected, answer, score) => expect(scorers.number(expected, answer)).toBe(score));
});

test("an unknown scorer is refused with the names there are", () => {
  expect(() => scorerOf("judge")).toThrow("scorer: judge, expected one of exact, contains, choice, number");
});
