import { expect, it } from "vitest";
import { preferenceWords } from "./preference-words.js";

it("says the knob that was turned, then the rest", () => {
  expect(preferenceWords({ willingnessToPayUsd: 0.01, costQuality: null })).toEqual({
    value: "λ $0.01",
    rest: "for a right answer",
  });
  expect(preferenceWords({ costQuality: 7, deny: ["x/*"], maxCostUsd: null })).toEqual({
    value: "dial 7",
    rest: 'deny ["x/*"]',
  });
  expect(preferenceWords({})).toEqual({ value: "–", rest: "nothing was stated" });
});
