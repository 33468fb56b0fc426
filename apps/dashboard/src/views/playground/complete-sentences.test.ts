import { expect, it } from "vitest";
import { completeSentences } from "./complete-sentences.js";

it("waits for the end of a sentence, and for what follows it", () => {
  expect(completeSentences("It is 3.")).toBe("");
  expect(completeSentences("It is 3.14 or so. And th")).toBe("It is 3.14 or so. ");
  expect(completeSentences('He said "no." Then')).toBe('He said "no." ');
  expect(completeSentences("- one\n- tw")).toBe("- one\n");
  expect(completeSentences("")).toBe("");
});
