import { expect, test } from "vitest";
import { ProviderError } from "../errors/provider-error.js";
import { readPreference } from "./read-preference.js";

test("what is known is read, what is undefined passed over", () => {
  const options = { costQuality: 3, maxCostUsd: undefined, exclude: ["x*"], conversationId: "mine" };
  expect(readPreference("onehead", options)).toEqual({ costQuality: 3, exclude: ["x*"], conversationId: "mine" });
  expect(readPreference("onehead", undefined)).toEqual({});
});

test.each([
  [{ willingnessToPayUsd: "much" }, "onehead.willingnessToPayUsd: much, expected a number"],
  [{ exclude: "x" }, "onehead.exclude: x, expected a list of globs"],
  [{ exclude: [1] }, "onehead.exclude: a list, expected a list of globs"],
  [{ conversationId: 7 }, "onehead.conversationId: 7, expected text"],
  [{ willingness: 1 }, "onehead.willingness: not known, expected willingnessToPayUsd"],
])("%o is named", (options, words) => {
  const read = () => readPreference("onehead", options);
  expect(read).toThrow(words);
  expect(read).toThrow(expect.toSatisfy(ProviderError.isInstance));
});
