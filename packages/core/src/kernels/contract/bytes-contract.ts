import { describe, expect, it } from "vitest";
import { fromFloat16Bits } from "../../artifact/float16.js";
import { murmur3Twin } from "../../hash/contract/murmur3-twin.js";
import { hashBytes } from "../../hash/hash-string.js";
import { createRandom } from "../../random/random.js";
import type { Backend } from "../backend.js";

/** Around the ends of vectors and of the parts that an array may be cut into. */
const lengths = [0, 1, 2, 7, 8, 9, 100, 8191, 8192, 8193, 30_001];
const everyHalf = Uint16Array.from({ length: 0x1_0000 }, (_, half) => half);
const isFiniteHalf = (half: number): boolean => (half & 0x7c00) !== 0x7c00;

/** What runs over an array from anywhere. */
export function describeBytes(backend: Backend): void {
  describe("hashBlocks", () => {
    const random = createRandom(83);
    const bytes = Uint8Array.from({ length: 2 * 30_001 + 3 }, () => random.integer(256));

    it("gives MurmurHash3 of arrays of any length, wherever they start", () => {
      for (const start of [0, 1, 2, 3]) {
        for (const length of lengths.flatMap((halves) => [2 * halves, 2 * halves + 1])) {
          const array = bytes.subarray(start, start + length);
          const seed = random.integer(2 ** 31) - 2 ** 30;
          expect(hashBytes(array, seed, backend), `${length} bytes from ${start}`).toBe(murmur3Twin(array, seed));
        }
      }
    });

    it("goes on from the hash of what stands before", () => {
      const [before, after] = [bytes.subarray(0, 40_000), bytes.subarray(40_000, 60_000)];
      const whole = backend.hashBlocks(bytes.subarray(0, 60_000), 7);
      expect(backend.hashBlocks(after, backend.hashBlocks(before, 7))).toBe(whole);
    });
  });

  describe("findNonFiniteHalf", () => {
    it("tells every pattern that is infinite or no number from those that are not", () => {
      const wrong = everyHalf.filter(
        (half) => backend.findNonFiniteHalf(Uint16Array.of(half)) < 0 !== isFiniteHalf(half),
      );
      expect([...wrong]).toEqual([]);
      expect(backend.findNonFiniteHalf(everyHalf.filter(isFiniteHalf))).toBe(-1);
    });

    it.each([0x7c00, 0xfc00, 0x7c01, 0xffff])("finds the first %i, wherever it stands", (half) => {
      for (const length of lengths) {
        const halves = new Uint16Array(length).fill(0x7bff);
        expect(backend.findNonFiniteHalf(halves)).toBe(-1);
        for (const place of [0, length >> 1, length - 1].filter((each) => each >= 0 && each < length)) {
          const damaged = halves.slice();
          damaged[length - 1] = half;
          damaged[place] = half;
          expect(backend.findNonFiniteHalf(damaged), `${place} of ${length}`).toBe(place);
        }
        // what another array left in the memory of the kernels is none of this one's
        expect(backend.findNonFiniteHalf(halves.subarray(0, length >> 1))).toBe(-1);
      }
    });
  });

  describe("fromFloat16", () => {
    it("widens every pattern as it does one by one", () => {
      const values = backend.fromFloat16(everyHalf);
      expect([...everyHalf].filter((half) => !Object.is(values[half], fromFloat16Bits(half)))).toEqual([]);
    });

    it("gives as many float32 as there are halves", () => {
      for (const length of lengths) {
        const halves = everyHalf.subarray(0x3c00, 0x3c00 + length);
        expect(backend.fromFloat16(halves)).toEqual(Float32Array.from(halves, fromFloat16Bits));
      }
    });
  });
  describe("fromInt8", () => {
    it("gives cell · scale / 128 on every shape", () => {
      const random = createRandom(84);
      for (const columns of [1, 3, 15, 16, 17, 64, 100, 8176, 8177]) {
        for (const rows of [1, 2, 127, 1025].filter((each) => each * columns <= 140_000)) {
          const cells = Int8Array.from({ length: rows * columns }, () => random.integer(255) - 127);
          // half-precision numbers down to the least, and 0
          const scale = Float32Array.from({ length: rows }, (_, r) => fromFloat16Bits([0, 1, 0x3c01, 0x7bff][r % 4]));
          const expected = Float32Array.from(cells, (cell, i) => (cell * scale[Math.floor(i / columns)]) / 128);
          const found = backend.fromInt8(cells, scale);
          expect(found.length).toBe(cells.length);
          const wrong = found.findIndex((value, i) => !Object.is(value, expected[i]));
          expect(wrong, `${rows} rows of ${columns}`).toBe(-1);
        }
      }
    });

    it("gives nothing of no rows", () => {
      expect(backend.fromInt8(new Int8Array(0), new Float32Array(0))).toEqual(new Float32Array(0));
    });
  });
}
