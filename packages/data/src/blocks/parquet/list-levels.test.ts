import fc from "fast-check";
import { ByteWriter } from "hyparquet-writer";
import { writeRleBitPackedHybrid } from "hyparquet-writer/src/encoding.js";
import { describe, expect, test } from "vitest";
import { isEveryLevel, listLengths } from "./list-levels.js";

/** Levels as another writer encodes them. */
function encoded(levels: number[], width: number): Uint8Array {
  const writer = new ByteWriter();
  writeRleBitPackedHybrid(writer, levels, width);
  return writer.getBytes().slice();
}

describe("lengths of lists", () => {
  test("a page of lists of 3, 1 and 2 values, after 2 that go on with the list before", () => {
    const levels = [1, 1, 0, 1, 1, 0, 0, 1];
    // one group of 8, packed: bits 0b10011011 from the lowest on
    const bytes = Uint8Array.of(0b11, 0b10011011);
    expect(listLengths({ bytes, count: levels.length })).toEqual({ leading: 2, lengths: [3, 1, 2] });
  });

  test("are those that the levels say, however they are packed", () => {
    const lists = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 30 });
    fc.assert(
      fc.property(fc.nat(20), lists, (leading, lengths) => {
        const levels = [...new Array<number>(leading).fill(1)];
        for (const length of lengths) levels.push(0, ...new Array<number>(length - 1).fill(1));
        const found = listLengths({ bytes: encoded(levels, 1), count: levels.length });
        expect(found).toEqual({ leading, lengths });
      }),
    );
  });

  test.each([
    ["nothing", []],
    ["a run without its value", [0b1000]],
    ["a group that is cut", [0b101, 0xff]],
    ["a length without end", [0x80, 0x80, 0x80, 0x80, 0x80, 0x80]],
  ])("are null for %s", (_, bytes) => {
    expect(listLengths({ bytes: Uint8Array.from(bytes), count: 20 })?.lengths ?? null).toEqual(null);
  });
});

describe("every level is the same", () => {
  test.each([1, 2, 3])("is true for %i throughout, and false where one is lower", (level) => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 300 }), fc.nat(299), fc.nat(level - 1), (count, at, other) => {
        const levels = new Array<number>(count).fill(level);
        const width = 32 - Math.clz32(level);
        expect(isEveryLevel({ bytes: encoded(levels, width), count }, level)).toBe(true);
        levels[at % count] = other;
        expect(isEveryLevel({ bytes: encoded(levels, width), count }, level)).toBe(false);
      }),
    );
  });

  test("packed groups are looked into up to the last level, and no further", () => {
    // 10 levels of 3 in groups of 8: the rest of the second is filled up with zeros
    expect(isEveryLevel({ bytes: Uint8Array.of(0b101, 0xff, 0xff, 0x0f, 0), count: 10 }, 3)).toBe(true);
    expect(isEveryLevel({ bytes: Uint8Array.of(0b101, 0xff, 0xff, 0x07, 0), count: 10 }, 3)).toBe(false);
  });

  test("wide levels, and bytes that end too early, are left to the slow way", () => {
    expect(isEveryLevel({ bytes: encoded([5, 5], 3), count: 2 }, 5)).toBe(false);
    expect(isEveryLevel({ bytes: Uint8Array.of(0b101, 0xff), count: 16 }, 1)).toBe(false);
  });
});
