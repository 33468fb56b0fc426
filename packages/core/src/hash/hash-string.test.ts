import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { murmur3Twin } from "./contract/murmur3-twin.js";
import { hashBytes, hashString } from "./hash-string.js";

/** The code units as little-endian bytes, whatever the machine. */
function utf16Bytes(text: string): Uint8Array {
  return Uint8Array.from({ length: 2 * text.length }, (_, i) => (text.charCodeAt(i >> 1) >> (8 * (i & 1))) & 0xff);
}

const ascii = (text: string): Uint8Array => Uint8Array.from(text, (letter) => letter.charCodeAt(0));

// vectors that implementations of MurmurHash3 share; the first ones are of the empty input
const published: Array<[bytes: Uint8Array, seed: number, hash: number]> = [
  [ascii(""), 0, 0],
  [ascii(""), 1, 0x514e28b7],
  [ascii(""), 0xffffffff, 0x81f16f39],
  [Uint8Array.of(0xff, 0xff, 0xff, 0xff), 0, 0x76293b50],
  [Uint8Array.of(0x21, 0x43, 0x65, 0x87), 0, 0xf55b516b],
  [Uint8Array.of(0x21, 0x43, 0x65, 0x87), 0x5082edee, 0x2362f9de],
  [Uint8Array.of(0x21, 0x43, 0x65), 0, 0x7e4a8634],
  [Uint8Array.of(0x21, 0x43), 0, 0xa0f7b07a],
  [Uint8Array.of(0x21), 0, 0x72661cf4],
  [Uint8Array.of(0, 0, 0, 0), 0, 0x2362f9de],
  [Uint8Array.of(0), 0, 0x514e28b7],
  [ascii("Hello, world!"), 0x9747b28c, 0x24884cba],
];

describe("hashBytes", () => {
  it.each(published)("gives the published hash of [%s] under seed %i", (bytes, seed, hash) => {
    expect(murmur3Twin(bytes, seed)).toBe(hash);
    expect(hashBytes(bytes, seed)).toBe(hash);
  });

  it("agrees with MurmurHash3 on any bytes and seed", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), fc.integer(), (bytes, seed) => {
        expect(hashBytes(bytes, seed)).toBe(murmur3Twin(bytes, seed));
      }),
    );
  });
});

describe("hashString", () => {
  it.each(["", "a", "ab", "abc", "naïve", "路由", "🧭", "\ud83e", "\udded\ud83e"])(
    "is MurmurHash3 of the UTF-16 bytes of %j",
    (text) => {
      for (const seed of [0, 1, -1, 0x9747b28c])
        expect(hashString(text, seed)).toBe(murmur3Twin(utf16Bytes(text), seed));
    },
  );

  it("agrees with MurmurHash3 on any code units and seed, lone surrogates included", () => {
    const text = fc
      .array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 30 })
      .map((units) => String.fromCharCode(...units));
    fc.assert(
      fc.property(text, fc.integer(), (value, seed) => {
        expect(hashString(value, seed)).toBe(murmur3Twin(utf16Bytes(value), seed));
      }),
    );
  });

  it("takes a seed of 0 by default", () => {
    expect(hashString("prompt")).toBe(hashString("prompt", 0));
    expect(hashString("prompt")).not.toBe(hashString("prompt", 1));
  });

  it("spreads near-equal strings evenly over buckets", () => {
    const counts = new Array(64).fill(0);
    for (let i = 0; i < 64_000; i++) counts[hashString(`prompt ${i}`) % 64]++;
    // χ² with 63 degrees of freedom has mean 63 and deviation 11
    const chiSquare = counts.reduce((sum, count) => sum + (count - 1000) ** 2 / 1000, 0);
    expect(chiSquare).toBeGreaterThan(20);
    expect(chiSquare).toBeLessThan(120);
  });
});
