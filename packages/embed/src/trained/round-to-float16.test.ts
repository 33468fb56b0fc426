import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { roundToFloat16 } from "./round-to-float16.js";

const round = (value: number): number => roundToFloat16(Float32Array.of(value))[0];

/** Every finite half-precision number from 0 up, by its definition. */
const halves: number[] = [];
for (let exponent = 0; exponent < 31; exponent++) {
  for (let fraction = 0; fraction < 1024; fraction++) {
    halves.push(exponent === 0 ? fraction * 2 ** -24 : (1 + fraction / 1024) * 2 ** (exponent - 15));
  }
}

describe("roundToFloat16", () => {
  it("leaves every half-precision number as it is", () => {
    expect(Array.from(roundToFloat16(Float32Array.from(halves)))).toEqual(halves);
    const negative = halves.map((half) => -half);
    expect(Array.from(roundToFloat16(Float32Array.from(negative)), Math.abs)).toEqual(halves);
  });

  it("rounds to the nearest one, ties to the even fraction", () => {
    for (let i = 1; i < halves.length; i++) {
      const [low, high] = [halves[i - 1], halves[i]];
      const even = (i - 1) % 2 === 0 ? low : high;
      expect(round((low + high) / 2)).toBe(even);
      expect(round(low + 0.25 * (high - low))).toBe(low);
      expect(round(-(low + 0.75 * (high - low)))).toBe(-high);
    }
  });

  it("keeps every number finite, and NaN NaN", () => {
    fc.assert(
      fc.property(fc.float({ noNaN: true }), (value) => {
        expect(Math.abs(round(value))).toBeLessThanOrEqual(65504);
      }),
    );
    expect(round(Number.POSITIVE_INFINITY)).toBe(65504);
    expect(round(65519)).toBe(65504);
    expect(round(Number.NaN)).toBeNaN();
  });
});
