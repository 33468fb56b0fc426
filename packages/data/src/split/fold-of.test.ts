import { describe, expect, it } from "vitest";
import { foldOf } from "./fold-of.js";
import { splitOf } from "./split-of.js";

const prompts = Array.from({ length: 4000 }, (_, i) => `prompt ${i} about ${i % 7} things`);

describe("foldOf", () => {
  it("has the validation part as fold 0", () => {
    const options = { seed: 3, holdout: 0.3, validation: 0.15 };
    for (const prompt of prompts) {
      const part = splitOf(prompt, options);
      if (part !== "heldOut") expect(foldOf(prompt, options) === 0).toBe(part === "validation");
    }
  });

  it("has whole folds of the validation share, then the rest", () => {
    const counts = new Map<number, number>();
    for (const prompt of prompts) {
      const fold = foldOf(prompt, { seed: 1, validation: 0.15 });
      counts.set(fold, (counts.get(fold) ?? 0) + 1);
    }
    expect([...counts.keys()].sort()).toEqual([0, 1, 2, 3, 4, 5, 6]);
    for (let fold = 0; fold < 6; fold++) expect(counts.get(fold)! / prompts.length).toBeCloseTo(0.15, 1);
    expect(counts.get(6)! / prompts.length).toBeCloseTo(0.1, 1);
  });

  it("is 0 where nothing is set aside, and refuses what splitOf refuses", () => {
    expect(foldOf("a", { seed: 0, validation: 0 })).toBe(0);
    expect(() => foldOf("a", { seed: -1 })).toThrowError(expect.objectContaining({ code: "invalid-argument" }));
  });
});
