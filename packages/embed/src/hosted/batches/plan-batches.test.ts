import { estimateTokens } from "@onehead/core";
import fc from "fast-check";
import { expect, test } from "vitest";
import { planBatches } from "./plan-batches.js";

const anyText = fc.string({ unit: "binary", maxLength: 200 });

test("batches hold all texts in order, none empty, within both limits unless one text alone is beyond", () => {
  const someTexts = fc.array(anyText, { maxLength: 40 });
  fc.assert(
    fc.property(someTexts, fc.integer({ min: 1, max: 8 }), fc.integer({ min: 1, max: 200 }), (list, texts, tokens) => {
      const batches = planBatches(list, { texts, tokens });
      expect(batches.flat()).toEqual(list);
      for (const batch of batches) {
        expect(batch.length).toBeGreaterThan(0);
        expect(batch.length).toBeLessThanOrEqual(texts);
        const sum = batch.reduce((total, text) => total + estimateTokens(text), 0);
        if (batch.length > 1) expect(sum).toBeLessThanOrEqual(tokens);
      }
    }),
  );
});
