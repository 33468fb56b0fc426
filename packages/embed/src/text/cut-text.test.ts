import { estimateTokens } from "@onehead/core";
import fc from "fast-check";
import { expect, test } from "vitest";
import { cutText } from "./cut-text.js";

const anyText = fc.string({ unit: "binary", maxLength: 200 });

test("a cut text is the longest prefix within the limit, and no surrogate pair is cut", () => {
  fc.assert(
    fc.property(anyText, fc.integer({ min: 1, max: 60 }), (text, tokens) => {
      const cut = cutText(text, tokens);
      expect(text.startsWith(cut)).toBe(true);
      // the search ends at 24 characters a token
      if (cut === text || cut.length + 2 > 24 * tokens) return;
      expect(/\p{Surrogate}/u.test(cut) && !/\p{Surrogate}/u.test(text)).toBe(false);
      expect(estimateTokens(cut)).toBeLessThanOrEqual(tokens);
      // two more code units would be too many: one may have been left out with its pair
      expect(estimateTokens(text.slice(0, cut.length + 2))).toBeGreaterThan(tokens);
    }),
  );
});

test("a text of megabytes is cut as well", () => {
  const cut = cutText("word ".repeat(400_000), 100);
  expect(estimateTokens(cut)).toBeLessThanOrEqual(100);
  expect(cut.length).toBeGreaterThan(200);
});
