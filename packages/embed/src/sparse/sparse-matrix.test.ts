import { createRandom } from "@onehead/core/training";
import { describe, expect, it } from "vitest";
import { multiplySparse, type SparseMatrix, transposeSparse } from "./sparse-matrix.js";

function sparse(dense: readonly (readonly number[])[], columnCount: number): SparseMatrix {
  const starts = [0];
  const columns: number[] = [];
  const weights: number[] = [];
  for (const row of dense) {
    for (const [column, weight] of row.entries()) {
      if (weight === 0) continue;
      columns.push(column);
      weights.push(weight);
    }
    starts.push(columns.length);
  }
  return {
    rows: dense.length,
    columnCount,
    starts: Uint32Array.from(starts),
    columns: Uint32Array.from(columns),
    weights: Float32Array.from(weights),
  };
}

function randomDense(rows: number, columns: number, seed: number): number[][] {
  const random = createRandom(seed);
  return Array.from({ length: rows }, () =>
    Array.from({ length: columns }, () => (random.uniform() < 0.4 ? Math.fround(random.normal()) : 0)),
  );
}

describe("multiplySparse", () => {
  it("equals the float64 product on shapes that are no multiple of the tile", () => {
    for (const [rows, inner, width] of [
      [1, 1, 1],
      [3, 5, 7],
      [13, 17, 11],
      [4, 8, 16],
      [2, 31, 3],
    ]) {
      const dense = randomDense(rows, inner, rows);
      const random = createRandom(7);
      const table = Float32Array.from({ length: inner * width }, () => random.normal());
      const out = new Float32Array(rows * width).fill(Number.NaN);
      multiplySparse(out, sparse(dense, inner), table, width);
      for (let r = 0; r < rows; r++) {
        for (let j = 0; j < width; j++) {
          let expected = 0;
          for (let k = 0; k < inner; k++) expected += dense[r][k] * table[k * width + j];
          expect(out[r * width + j]).toBeCloseTo(expected, 4);
        }
      }
    }
  });

  it("gives zero rows for empty rows", () => {
    const out = new Float32Array(4).fill(9);
    multiplySparse(out, sparse([[0], [0]], 1), Float32Array.of(1, 1), 2);
    expect(Array.from(out)).toEqual([0, 0, 0, 0]);
  });
});

describe("transposeSparse", () => {
  it("turns rows into columns, and twice gives the matrix back", () => {
    const dense = randomDense(9, 6, 3);
    const matrix = sparse(dense, 6);
    const turned = dense[0].map((_, column) => dense.map((row) => row[column]));
    expect(transposeSparse(matrix)).toEqual(sparse(turned, 9));
    expect(transposeSparse(transposeSparse(matrix))).toEqual(matrix);
  });
});
