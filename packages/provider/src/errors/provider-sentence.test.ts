import { inspect } from "node:util";
import { expect, test } from "vitest";
import { ProviderHttpError } from "./provider-errors.js";
import { sentenceOf, withSentence } from "./provider-sentence.js";

const sentence = "prompt is too long: 200251 tokens > 200000 maximum";
const refusal = (status: number | null) => withSentence(new ProviderHttpError("refused", { status }), sentence);

test("a provider's sentence is there for who asks for it, and shows nowhere else", () => {
  const error = refusal(400);
  expect(sentenceOf(error)).toBe(sentence);
  for (const shown of [
    error.message,
    String(error),
    inspect(error, { depth: 9 }),
    JSON.stringify(error),
    error.stack,
  ]) {
    expect(shown).not.toContain("too long");
  }
  expect(Object.keys({ ...error })).not.toContain("sentence");
});

test.each([401, 403, 429, 500, null])(
  "of status %s none is kept: the request is not at fault, and it may quote a key",
  (status) => {
    expect(sentenceOf(refusal(status))).toBeUndefined();
  },
);

test("a long one is cut, and what is no text is none", () => {
  const error = new ProviderHttpError("refused", { status: 422 });
  expect(sentenceOf(withSentence(error, "x".repeat(1e6)))).toHaveLength(2_000);
  for (const none of [undefined, null, "", 1, {}]) {
    expect(sentenceOf(withSentence(new ProviderHttpError("refused", { status: 400 }), none))).toBeUndefined();
  }
  for (const other of [undefined, null, "text", new Error("other")]) expect(sentenceOf(other)).toBeUndefined();
});
