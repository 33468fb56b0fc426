import { createRandom } from "@onehead/core/training";
import { describe, expect, it } from "vitest";
import { rowDropout } from "./row-dropout.js";

/** The numbers of splitmix32 from a key on, by its published steps on unsigned 32-bit integers. */
function numbersOf(key: number, count: number): number[] {
  const word = 0xffffffffn;
  return Array.from({ length: count }, (_, u) => {
    let z = (BigInt(key) + BigInt(u + 1) * 0x9e3779b9n) & word;
    z = ((z ^ (z >> 16n)) * 0x21f0aaadn) & word;
    z = ((z ^ (z >> 15n)) * 0x735a2d97n) & word;
    return Number(z ^ (z >> 15n));
  });
}

const random = createRandom(25);
const drawKey = (): number => Math.floor(2 ** 32 * random.uniform());

describe("rowDropout", () => {
  it("drops where splitmix32 is below the rate, and writes its own units alone", () => {
    for (const key of [0, 1, 2 ** 31, 2 ** 32 - 1, drawKey()]) {
      const factors = new Float32Array(23).fill(9);
      rowDropout(factors, 1, 21, key, 0.25);
      const expected = numbersOf(key, 21).map((number) => (number < 0.25 * 2 ** 32 ? 0 : Math.fround(4 / 3)));
      expect([...factors]).toEqual([9, ...expected, 9]);
    }
  });

  it("drops the share of units that the rate says, others in every row", () => {
    const [rows, units, rate] = [60, 192, 0.3];
    const masks = Array.from({ length: rows }, () => {
      const factors = new Float32Array(units);
      rowDropout(factors, 0, units, drawKey(), rate);
      return factors;
    });
    const kept = masks.reduce((sum, mask) => sum + mask.filter((factor) => factor > 0).length, 0);
    // four standard deviations
    const share = kept / (rows * units);
    expect(Math.abs(share - (1 - rate))).toBeLessThan(4 * Math.sqrt((rate * (1 - rate)) / (rows * units)));
    expect(new Set(masks.map((mask) => mask.join())).size).toBe(rows);
  });

  it("drops nothing at a rate of 0", () => {
    const factors = new Float32Array(64);
    rowDropout(factors, 0, 64, 7, 0);
    expect(factors.every((factor) => factor === 1)).toBe(true);
  });
});
