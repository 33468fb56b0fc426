import { expect } from "vitest";

/**
 * Fails unless |actual − expected| ≤ tolerance · scale at every place; NaN and infinities must be met exactly.
 *
 * @param scale what an error is measured against: one number, or one for each value
 */
export function expectClose(
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
  tolerance: number,
  scale: number | ArrayLike<number> = 1,
): void {
  expect(actual.length).toBeGreaterThanOrEqual(expected.length);
  for (let i = 0; i < expected.length; i++) {
    if (Object.is(actual[i], expected[i])) continue;
    const unit = typeof scale === "number" ? scale : scale[i];
    const error = Math.abs(actual[i] - expected[i]);
    // written so that a NaN on either side fails
    if (!(error <= tolerance * unit)) {
      expect.fail(`at ${i}: ${actual[i]}, expected ${expected[i]} ± ${tolerance * unit} (off by ${error})`);
    }
  }
}
