import { expectClose } from "./expect-close.js";

/**
 * Σ values ⊙ weights: the loss of a gradient check.
 *
 * With `values` the float64 twin's forward output and `weights` = dOut, ∂loss/∂x is what backward returns for dOut, and
 * only the float32 of the backward pass itself stands between the two.
 */
export function weightedSum(values: ArrayLike<number>, weights: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i] * weights[i];
  return sum;
}

/** Compares relative to the largest gradient of the array. */
export function expectGradient(actual: Float32Array, expected: Float64Array, tolerance = 1e-6): void {
  const scale = expected.reduce((max, value) => Math.max(max, Math.abs(value)), 1e-3);
  expectClose(actual, expected, tolerance, scale);
}
