import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { findDescent, HashIndex } from "./hash-index.js";

describe("HashIndex", () => {
  it("finds what a Map finds, and only that", () => {
    // few distinct low bits, so that slots collide
    const hash = fc.integer({ min: 0, max: 2 ** 32 - 1 }).map((value) => (value & ~0xfff0) >>> 0);
    fc.assert(
      fc.property(fc.uniqueArray(hash, { maxLength: 60 }), fc.array(hash, { maxLength: 60 }), (hashes, others) => {
        const index = new HashIndex(Uint32Array.from(hashes));
        const twin = new Map(hashes.map((value, row) => [value, row]));
        for (const value of [...hashes, ...others, 0]) expect(index.find(value)).toBe(twin.get(value) ?? -1);
      }),
    );
  });

  it("finds the same among ascending hashes, before and after it has filled its table", () => {
    // neighbours on both sides of 2³¹, where a sign begins
    const hashes = Uint32Array.from({ length: 1000 }, (_, i) => 2 ** 31 - 1500 + 3 * i);
    const index = new HashIndex(hashes, true);
    const twin = new Map(Array.from(hashes, (value, row) => [value, row]));
    for (const value of [0, 2 ** 32 - 1]) expect(index.find(value)).toBe(-1);
    for (let value = 2 ** 31 - 1502; value < 2 ** 31 + 1502; value++) {
      expect(index.find(value)).toBe(twin.get(value) ?? -1);
    }
  });

  it("holds nothing when it is given nothing", () => {
    for (const ascending of [false, true]) expect(new HashIndex(new Uint32Array(0), ascending).find(0)).toBe(-1);
  });
});

describe("findDescent", () => {
  it("tells the first hash that is not above the one before it, as numbers without a sign", () => {
    expect(findDescent(Uint32Array.of())).toBe(-1);
    expect(findDescent(Uint32Array.of(0, 1, 2 ** 31 - 1, 2 ** 31, 2 ** 32 - 1))).toBe(-1);
    expect(findDescent(Uint32Array.of(3, 4, 4, 1))).toBe(2);
    expect(findDescent(Uint32Array.of(2 ** 31, 5))).toBe(1);
  });
});
