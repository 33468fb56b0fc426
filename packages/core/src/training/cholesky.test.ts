import { CholeskyDecomposition, Matrix } from "ml-matrix";
import { describe, expect, it } from "vitest";
import { OneheadError } from "../errors/onehead-error.js";
import { expectClose } from "../kernels/contract/expect-close.js";
import { matmulTwin, transposed } from "../kernels/contract/float64-twins.js";
import { randomArrays } from "../kernels/contract/random-arrays.js";
import { choleskyFactor, choleskySolve } from "./cholesky.js";

/** B Bᵀ + I: symmetric and positive definite. */
function positiveDefinite(n: number, draw: (length: number) => Float32Array): Float64Array {
  const b = draw(n * n);
  const a = matmulTwin(b, transposed(b, n, n), n, n, n);
  for (let i = 0; i < n; i++) a[i * n + i] += 1;
  return a;
}

describe("choleskyFactor", () => {
  it("agrees with a factor worked out by hand, and leaves the upper triangle alone", () => {
    // [ 4 12 -16]   [ 2      ] [2 6 -8]
    // [12 37 -43] = [ 6 1    ] [  1  5]
    // [-16 -43 98]  [-8 5 3  ] [     3]
    const a = Float64Array.of(4, 12, -16, 12, 37, -43, -16, -43, 98);
    choleskyFactor(a, 3);
    expect(Array.from(a)).toEqual([2, 12, -16, 6, 1, -43, -8, 5, 3]);
  });

  it("agrees with ml-matrix", () => {
    const draw = randomArrays(50);
    for (const n of [1, 2, 3, 5, 13, 32, 33, 97]) {
      const a = positiveDefinite(n, draw);
      const expected = new CholeskyDecomposition(Matrix.from1DArray(n, n, a)).lowerTriangularMatrix;
      choleskyFactor(a, n);
      for (let i = 0; i < n; i++) {
        expectClose(a.subarray(i * n, i * n + i + 1), expected.getRow(i).slice(0, i + 1), 1e-11, n);
      }
    }
  });

  it.each([
    ["a negative pivot", [1, 2, 2, 1], "pivot 1 is -3"],
    ["a singular matrix", [1, 1, 1, 1], "pivot 1 is 0"],
    ["a NaN", [Number.NaN, 0, 0, 1], "pivot 0 is NaN"],
  ])("names the pivot of %s", (_, values, message) => {
    const run = (): void => choleskyFactor(Float64Array.from(values), 2);
    expect(run).toThrow(OneheadError);
    expect(run).toThrow(`choleskyFactor: not positive definite: ${message}, expected above 0`);
  });

  it("names a matrix that is too short", () => {
    expect(() => choleskyFactor(new Float64Array(3), 2)).toThrow("choleskyFactor: a: length is 3, expected at least 4");
  });
});

describe("choleskySolve", () => {
  it("agrees with a solution worked out by hand", () => {
    // [4 2; 2 5] x = [10 8; 9 16] has the columns (2, 1) and (0.5, 3): 4·2 + 2·1 = 10, 2·2 + 5·1 = 9, …
    const a = Float64Array.of(4, 2, 2, 5);
    const b = Float64Array.of(10, 8, 9, 16);
    choleskyFactor(a, 2);
    choleskySolve(a, b, 2, 2);
    expectClose(b, [2, 0.5, 1, 3], 1e-12);
  });

  it("gives back what was multiplied", () => {
    const draw = randomArrays(51);
    for (const [n, columns] of [
      [1, 1],
      [4, 3],
      [13, 1],
      [40, 5],
      [97, 2],
    ] as const) {
      const a = positiveDefinite(n, draw);
      const x = draw(n * columns);
      const b = matmulTwin(a, x, n, n, columns);
      choleskyFactor(a, n);
      choleskySolve(a, b, n, columns);
      expectClose(b, x, 1e-9);
    }
  });

  it("names the buffer that is too short", () => {
    expect(() => choleskySolve(new Float64Array(3), new Float64Array(2), 2, 1)).toThrow("choleskySolve: factor");
    expect(() => choleskySolve(new Float64Array(4), new Float64Array(1), 2, 1)).toThrow("choleskySolve: b");
  });
});
