import { createRandom } from "@onehead/core/training";
import { Matrix } from "ml-matrix";
import { describe, expect, it } from "vitest";
import { gram } from "./gram.js";
import { orthonormalize } from "./orthonormalize.js";

function randomMatrix(rows: number, columns: number, seed: number): Float32Array {
  const random = createRandom(seed);
  return Float32Array.from({ length: rows * columns }, () => random.normal());
}

describe("gram", () => {
  it("equals aᵀ a by ml-matrix", () => {
    for (const [rows, columns] of [
      [1, 1],
      [2, 5],
      [13, 3],
      [8, 4],
      [31, 17],
    ]) {
      const a = randomMatrix(rows, columns, rows);
      const dense = Matrix.from1DArray(rows, columns, Array.from(a));
      const expected = dense.transpose().mmul(dense).to1DArray();
      const actual = gram(a, rows, columns);
      for (const [cell, value] of expected.entries()) expect(actual[cell]).toBeCloseTo(value, 10);
    }
  });
});

describe("orthonormalize", () => {
  it("makes columns orthonormal, however unequal they are", () => {
    for (const [rows, columns] of [
      [1, 1],
      [7, 3],
      [50, 20],
      [20, 20],
    ]) {
      const y = randomMatrix(rows, columns, 2);
      for (let cell = 0; cell < y.length; cell++) y[cell] *= 10 ** (-(cell % columns) / 5);
      orthonormalize(y, rows, columns);
      const products = gram(y, rows, columns);
      for (let i = 0; i < columns; i++) {
        for (let j = 0; j < columns; j++) expect(products[i * columns + j]).toBeCloseTo(i === j ? 1 : 0, 5);
      }
    }
  });

  it("keeps the span: (3, 4) becomes (0.6, 0.8)", () => {
    const y = Float32Array.of(3, 4);
    orthonormalize(y, 2, 1);
    expect(y[0]).toBeCloseTo(0.6, 6);
    expect(y[1]).toBeCloseTo(0.8, 6);
  });

  it("turns a dependent column into zeros and goes on with the next", () => {
    // columns (1, 0, 0), (2, 0, 0), (1, 1, 0), (0, 0, 0)
    const y = Float32Array.of(1, 2, 1, 0, 0, 0, 1, 0, 0, 0, 0, 0);
    orthonormalize(y, 3, 4);
    expect(Array.from(y, (cell) => Math.abs(cell))).toEqual([1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0]);
  });
});
