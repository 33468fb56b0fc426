import { matmul, matmulTransposedA } from "@onehead/core";
import { multiplySparse, type SparseMatrix, transposeSparse } from "../sparse/sparse-matrix.js";

/** A matrix A (rows, columnCount) as what it does to others. */
export interface LinearMap {
  readonly rows: number;
  readonly columnCount: number;
  /** out (rows, width) = A x, x (columnCount, width); `out` must not alias `x`. */
  multiply(out: Float32Array, x: Float32Array, width: number): void;
  /** out (columnCount, width) = Aᵀ y, y (rows, width); `out` must not alias `y`. */
  multiplyTransposed(out: Float32Array, y: Float32Array, width: number): void;
}

export function sparseMap(matrix: SparseMatrix): LinearMap {
  const transposed = transposeSparse(matrix);
  return {
    rows: matrix.rows,
    columnCount: matrix.columnCount,
    multiply: (out, x, width) => multiplySparse(out, matrix, x, width),
    multiplyTransposed: (out, y, width) => multiplySparse(out, transposed, y, width),
  };
}

/** @param values (rows, columnCount) row-major; only read */
export function denseMap(values: Float32Array, rows: number, columnCount: number): LinearMap {
  return {
    rows,
    columnCount,
    multiply: (out, x, width) => matmul(out, values, x, rows, columnCount, width),
    multiplyTransposed: (out, y, width) => matmulTransposedA(out, values, y, columnCount, rows, width),
  };
}
