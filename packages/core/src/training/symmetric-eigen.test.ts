import { EigenvalueDecomposition, Matrix } from "ml-matrix";
import { describe, expect, it } from "vitest";
import { createRandom } from "../random/random.js";
import { symmetricEigen } from "./symmetric-eigen.js";

function randomSymmetric(n: number, seed: number, rank = n): Float64Array {
  const random = createRandom(seed);
  const factor = Array.from({ length: rank }, () => Array.from({ length: n }, () => random.normal()));
  const matrix = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++)
      matrix[i * n + j] = factor.reduce((sum, row, k) => sum + (k % 2 ? -1 : 1) * row[i] * row[j], 0);
  }
  return matrix;
}

function expectDecomposition(matrix: Float64Array, n: number): void {
  const { values, vectors } = symmetricEigen(matrix, n);
  const scale = Math.max(1e-12, ...matrix.map(Math.abs)) * n;
  for (let a = 0; a < n; a++) {
    if (a > 0) expect(values[a]).toBeLessThanOrEqual(values[a - 1]);
    for (let b = 0; b <= a; b++) {
      let dot = 0;
      for (let k = 0; k < n; k++) dot += vectors[a * n + k] * vectors[b * n + k];
      expect(Math.abs(dot - (a === b ? 1 : 0))).toBeLessThan(1e-11);
    }
    // M v = λ v
    for (let i = 0; i < n; i++) {
      let product = 0;
      for (let k = 0; k < n; k++) product += matrix[i * n + k] * vectors[a * n + k];
      expect(Math.abs(product - values[a] * vectors[a * n + i])).toBeLessThan(1e-11 * scale);
    }
  }
}

describe("symmetricEigen", () => {
  it("solves [[2, 1], [1, 2]]: 3 along (1, 1) and 1 along (1, −1)", () => {
    const { values, vectors } = symmetricEigen(Float64Array.of(2, 1, 1, 2), 2);
    expect(values[0]).toBeCloseTo(3, 14);
    expect(values[1]).toBeCloseTo(1, 14);
    expect(vectors[0] * vectors[1]).toBeCloseTo(0.5, 14);
    expect(vectors[2] * vectors[3]).toBeCloseTo(-0.5, 14);
  });

  it("gives orthonormal vectors with M v = λ v, on small, prime and larger sizes", () => {
    for (const n of [1, 2, 3, 7, 31, 64]) expectDecomposition(randomSymmetric(n, n), n);
  });

  it("holds where values repeat or vanish", () => {
    expectDecomposition(new Float64Array(25), 5);
    expectDecomposition(
      Float64Array.from({ length: 36 }, (_, i) => (i % 7 === 0 ? 2 : 0)),
      6,
    );
    expectDecomposition(randomSymmetric(20, 5, 3), 20);
    expectDecomposition(new Float64Array(49).fill(1), 7);
  });

  it("agrees with ml-matrix", () => {
    const n = 40;
    const matrix = randomSymmetric(n, 9);
    const oracle = new EigenvalueDecomposition(Matrix.from1DArray(n, n, Array.from(matrix)), { assumeSymmetric: true });
    const expected = oracle.realEigenvalues.sort((a, b) => b - a);
    const { values } = symmetricEigen(matrix, n);
    for (let k = 0; k < n; k++) expect(Math.abs(values[k] - expected[k])).toBeLessThan(1e-10 * Math.abs(expected[0]));
  });

  it("leaves its input as it is, and returns on NaN", () => {
    const matrix = Float64Array.of(2, 1, 1, 2);
    symmetricEigen(matrix, 2);
    expect(Array.from(matrix)).toEqual([2, 1, 1, 2]);
    expect(symmetricEigen(new Float64Array(9).fill(Number.NaN), 3).values).toHaveLength(3);
  });
});
