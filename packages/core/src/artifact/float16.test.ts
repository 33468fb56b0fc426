import { expect, test } from "vitest";
import { fromFloat16Bits, toFloat16Bits } from "./float16.js";

test("every one of the 65,536 patterns comes back", () => {
  for (let half = 0; half < 0x10000; half++) {
    const value = fromFloat16Bits(half);
    if (Number.isNaN(value)) expect((half & 0x7c00) === 0x7c00 && (half & 0x3ff) !== 0).toBe(true);
    else if (toFloat16Bits(value) !== half) throw new Error(`pattern ${half} came back as ${toFloat16Bits(value)}`);
  }
});

test("known values", () => {
  // 1 = exponent 15, mantissa 0; 65504 the largest; 2⁻²⁴ the smallest
  expect(toFloat16Bits(1)).toBe(0x3c00);
  expect(toFloat16Bits(-2)).toBe(0xc000);
  expect(toFloat16Bits(65504)).toBe(0x7bff);
  expect(toFloat16Bits(2 ** -24)).toBe(1);
  expect(toFloat16Bits(-0)).toBe(0x8000);
  expect(fromFloat16Bits(0x3555)).toBeCloseTo(1 / 3, 3);
});

test("ties go to the even neighbour, everything else to the nearest", () => {
  // halves around 1 are 2⁻¹⁰ apart: 1 + 2⁻¹¹ lies between mantissas 0 and 1, 1 + 3·2⁻¹¹ between 1 and 2
  expect(toFloat16Bits(1 + 2 ** -11)).toBe(0x3c00);
  expect(toFloat16Bits(1 + 3 * 2 ** -11)).toBe(0x3c02);
  expect(toFloat16Bits(1 + 2 ** -11 + 2 ** -20)).toBe(0x3c01);
  // the same among subnormals: 2.5 steps of 2⁻²⁴
  expect(toFloat16Bits(2.5 * 2 ** -24)).toBe(2);
  expect(toFloat16Bits(2 ** -25)).toBe(0);
});

test("beyond the range: infinity from 65520 on, NaN stays NaN", () => {
  expect(toFloat16Bits(65519)).toBe(0x7bff);
  expect(toFloat16Bits(65520)).toBe(0x7c00);
  expect(toFloat16Bits(Number.NEGATIVE_INFINITY)).toBe(0xfc00);
  expect(fromFloat16Bits(toFloat16Bits(Number.NaN))).toBeNaN();
});
