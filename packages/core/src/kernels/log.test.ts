import { expect, test } from "vitest";
import { naturalLog } from "./log.js";

test("agrees with Math.log from the smallest normal number to the largest", () => {
  for (let exponent = -1020; exponent <= 1020; exponent += 3.7) {
    const x = 2 ** exponent;
    expect(Math.abs(naturalLog(x) - Math.log(x))).toBeLessThanOrEqual(4e-16 * Math.abs(Math.log(x)));
  }
  // around 1, where ln x itself is near 0, the error is absolute
  for (let x = 0.5; x < 2; x += 0.001) expect(Math.abs(naturalLog(x) - Math.log(x))).toBeLessThan(3e-16);
});

test("known values and the extremes", () => {
  expect(naturalLog(1)).toBe(0);
  expect(naturalLog(2)).toBe(Math.LN2);
  expect(naturalLog(Number.POSITIVE_INFINITY)).toBe(Number.POSITIVE_INFINITY);
  expect(naturalLog(Number.NaN)).toBeNaN();
});
