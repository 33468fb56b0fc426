import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { buildRowTable } from "../table/build-row-table.js";
import { selectRows } from "../table/select-rows.js";
import { normalizePrompt, promptHash } from "./normalize-prompt.js";
import { splitOf } from "./split-of.js";
import { splitTable } from "./split-table.js";

const anyText = fc.string({ unit: fc.integer({ min: 0, max: 0xffff }).map((unit) => String.fromCharCode(unit)) });

describe("normalizePrompt", () => {
  it.each([
    ["What is 2 + 2?", "whatis22"],
    ["  WHAT\nis\t2+2 ", "whatis22"],
    ["Größe: Ⅳ½", "größeⅳ½"],
    ["你好，世界！", "你好世界"],
    ["+-*/", "+-*/"],
    ["", ""],
    ["a\ud800b", "ab"],
    ["\ud800", "\ud800"],
  ])("%j becomes %j", (text, normalized) => {
    expect(normalizePrompt(text)).toBe(normalized);
  });

  it("is idempotent", () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(normalizePrompt(normalizePrompt(text))).toBe(normalizePrompt(text));
      }),
    );
  });

  it("ignores case, spaces and punctuation between letters", () => {
    const words = fc.array(fc.stringMatching(/^[a-z0-9]{1,8}$/), { minLength: 1 });
    fc.assert(
      fc.property(words, (list) => {
        expect(normalizePrompt(list.join(", ").toUpperCase())).toBe(normalizePrompt(list.join(" \n")));
      }),
    );
  });
});

describe("promptHash", () => {
  it("is MurmurHash3 of the normalized text's UTF-16 units", () => {
    // Python: mmh3.hash("whatis22".encode("utf-16-le"), seed, signed=False)
    expect(promptHash("What is 2 + 2?")).toBe(2777705696);
    expect(promptHash("What is 2 + 2?", 7)).toBe(4108762929);
    // an odd number of units, a seed beyond 2³¹
    expect(promptHash("abc", 0x9e3779b9)).toBe(1353589064);
  });
});

describe("splitOf", () => {
  it("is the documented function of seed and text", () => {
    fc.assert(
      fc.property(
        anyText,
        fc.integer({ min: 0, max: 9 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (text, seed, share) => {
          const normalized = normalizePrompt(text);
          const isHeldOut = murmur3Utf16(normalized, seed) < share * 2 ** 32;
          const isValidation = murmur3Utf16(normalized, seed ^ 0x9e3779b9) < 0.25 * 2 ** 32;
          const part = isHeldOut ? "heldOut" : isValidation ? "validation" : "train";
          expect(splitOf(text, { seed, holdout: share, validation: 0.25 })).toBe(part);
        },
      ),
    );
  });

  it("keeps prompts together that are equal once normalized", () => {
    for (let seed = 0; seed < 50; seed++) {
      expect(splitOf("WHAT is 2+2", { seed })).toBe(splitOf("what is 2 + 2?", { seed }));
    }
  });

  it("holds out nothing at 0 and everything at 1", () => {
    fc.assert(
      fc.property(anyText, fc.nat(), (text, seed) => {
        expect(splitOf(text, { seed, holdout: 0 })).toBe("train");
        expect(splitOf(text, { seed, holdout: 1, validation: 1 })).toBe("heldOut");
        expect(splitOf(text, { seed, holdout: 0, validation: 1 })).toBe("validation");
      }),
    );
  });

  it("holds out only more prompts at a larger share, and validation never moves one in or out", () => {
    for (let index = 0; index < 200; index++) {
      const prompt = `prompt ${index}`;
      const small = splitOf(prompt, { seed: 3, holdout: 0.2 });
      if (small === "heldOut") expect(splitOf(prompt, { seed: 3, holdout: 0.5 })).toBe("heldOut");
      expect(splitOf(prompt, { seed: 3, holdout: 0.2, validation: 0.4 }) === "heldOut").toBe(small === "heldOut");
    }
  });

  it("holds out about its share under every seed, and validation takes about its share of the rest", () => {
    // 4,000 draws: sd of the share is √(.3·.7/4000) = .0072; .03 is beyond four of them
    for (let seed = 0; seed < 5; seed++) {
      let heldOut = 0;
      let validation = 0;
      for (let index = 0; index < 4000; index++) {
        const part = splitOf(`prompt number ${index}`, { seed, validation: 0.15 });
        if (part === "heldOut") heldOut++;
        if (part === "validation") validation++;
      }
      expect(Math.abs(heldOut / 4000 - 0.3)).toBeLessThan(0.03);
      expect(Math.abs(validation / (4000 - heldOut) - 0.15)).toBeLessThan(0.03);
    }
  });

  it.each([
    [{ seed: 0.5 }, "seed is not a 32-bit integer: 0.5"],
    [{ seed: Number.NaN }, "seed is not a 32-bit integer: NaN"],
    [{ seed: -1 }, "seed is not a 32-bit integer: -1"],
    [{ seed: 2 ** 32 }, "seed is not a 32-bit integer: 4294967296"],
    [{ seed: 0, holdout: -0.1 }, "holdout is out of range: -0.1"],
    [{ seed: 0, holdout: Number.NaN }, "holdout is out of range: NaN"],
    [{ seed: 0, validation: 1.1 }, "validation is out of range: 1.1"],
  ])("refuses %j", (options, message) => {
    expect(() => splitOf("p", options)).toThrow(`splitOf: ${message}`);
  });
});

describe("splitTable", () => {
  it("parts the rows as splitOf parts their prompts, in order, without loss", async () => {
    const prompts = Array.from({ length: 300 }, (_, index) => `prompt ${index % 200}`);
    const table = await buildRowTable(
      prompts.map((prompt, index) => ({ id: `${index}`, prompt, scores: { m: 1 }, costs: {} })),
    );
    const options = { seed: 1, holdout: 0.3, validation: 0.2 };
    const split = splitTable(table, options);
    const all = [...split.train, ...split.validation, ...split.heldOut];
    expect(all.sort((a, b) => a - b)).toEqual(prompts.map((_, index) => index));
    for (const part of ["train", "validation", "heldOut"] as const) {
      expect([...split[part]]).toEqual([...split[part]].sort((a, b) => a - b));
      for (const prompt of selectRows(table, split[part]).prompts) expect(splitOf(prompt, options)).toBe(part);
    }
  });

  it("refuses a table without prompts", async () => {
    const table = await buildRowTable([{ id: "1", prompt: "p", scores: { m: 1 }, costs: {} }], { keepPrompts: false });
    expect(() => splitTable(table, { seed: 0 })).toThrow("splitTable: table has no prompts: 0 prompts for 1 rows");
  });
});

/** The specification, byte by byte: MurmurHash3_x86_32 over the UTF-16LE encoding. */
function murmur3Utf16(text: string, seed: number): number {
  const bytes = Buffer.from(text, "utf16le");
  const rotate = (value: number, by: number) => (value << by) | (value >>> (32 - by));
  const scramble = (block: number) => Math.imul(rotate(Math.imul(block, 0xcc9e2d51), 15), 0x1b873593);
  let hash = seed | 0;
  let at = 0;
  for (; at + 4 <= bytes.length; at += 4) {
    hash = (Math.imul(rotate(hash ^ scramble(bytes.readInt32LE(at)), 13), 5) + 0xe6546b64) | 0;
  }
  if (at < bytes.length) hash ^= scramble(bytes.readUInt16LE(at));
  hash ^= bytes.length;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
