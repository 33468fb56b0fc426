import { expect } from "vitest";
import { OneheadError } from "../../errors/onehead-error.js";

// 1, 2, primes, a multiple of every tile, one past a power of two, and nothing at all
export const sizes = [0, 1, 2, 3, 5, 8, 13, 31, 64, 65];
// past the borders of the blocks that a fast product may cut into
export const largeProducts = [
  [193, 257, 129],
  [13, 1030, 5],
  [386, 3, 130],
] as const;

export const guard = 12345;

/** An output buffer that shows what was not written (NaN) and what was written beyond the shape (`guard`). */
export function makeOut(length: number): Float32Array {
  const out = new Float32Array(length + 3).fill(Number.NaN);
  out.fill(guard, length);
  return out;
}

export function expectGuarded(out: Float32Array, length: number): void {
  expect(Array.from(out.subarray(length))).toEqual([guard, guard, guard]);
}

export function expectShapeError(run: () => void, where: string): void {
  let thrown: unknown;
  try {
    run();
  } catch (error) {
    thrown = error;
  }
  expect(OneheadError.isInstance(thrown) && thrown.code, where).toBe("shape");
  expect((thrown as OneheadError).message).toMatch(new RegExp(`^${where}: length is \\d+, expected at least \\d+$`));
}

export function magnitude(values: ArrayLike<number>): Float64Array {
  return Float64Array.from(values, Math.abs);
}
