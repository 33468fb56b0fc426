import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { HashIndex } from "./hash-index.js";

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

  it("holds nothing when it is given nothing", () => {
    expect(new HashIndex(new Uint32Array(0)).find(0)).toBe(-1);
  });
});
