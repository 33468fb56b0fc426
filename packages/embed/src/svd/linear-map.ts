import { type Backend, jsBackend } from "@onehead/core";
import { stagedProducts } from "@onehead/core/training";
import { multiplySparse, type SparseMatrix, transposeSparse } from "../sparse/sparse-matrix.js";

/** A matrix A (rows, columnCount) as what it does to others. */
export interface LinearMap {
  readonly rows: number;
  readonly columnCount: number;
  /** The backend that multiplies: `stagedProducts` of it serve what is done to the factors. */
  readonly backend: Backend;
  /** So many zeros where the map multiplies fast: for its factors and products. */
  allocate(length: number): Float32Array;
  /** out (rows, width) = A x, x (columnCount, width); `out` must not alias `x`. */
  multiply(out: Float32Array, x: Float32Array, width: number): void;
  /** out (columnCount, width) = Aᵀ y, y (rows, width); `out` must not alias `y`. */
  multiplyTransposed(out: Float32Array, y: Float32Array, width: number): void;
}

/** Each array may start at the next line of the cache. */
const slack = 256;

/** @param width of the factors that `allocate` has room for in the memory of the backend */
export function sparseMap(matrix: SparseMatrix, backend: Backend = jsBackend, width = 0): LinearMap {
  const { rows, columnCount } = matrix;
  const own = backend.fork(4 * matrix.columns.length + (rows + columnCount) * width + slack);
  const placed = placeSparse(matrix, own);
  const transposed = placeSparse(transposeSparse(matrix), own);
  return {
    rows,
    columnCount,
    backend,
    allocate: (length) => own.allocate(length),
    multiply: (out, x, columns) => multiplySparse(out, placed, x, columns, own),
    multiplyTransposed: (out, y, columns) => multiplySparse(out, transposed, y, columns, own),
  };
}

/** @param values (rows, columnCount) row-major; only read */
export function denseMap(
  values: Float32Array,
  rows: number,
  columnCount: number,
  backend: Backend = jsBackend,
): LinearMap {
  const { matmul, matmulTransposedA } = stagedProducts(backend);
  return {
    rows,
    columnCount,
    backend,
    allocate: (length) => new Float32Array(length),
    multiply: (out, x, width) => matmul(out, values, x, rows, columnCount, width),
    multiplyTransposed: (out, y, width) => matmulTransposedA(out, values, y, columnCount, rows, width),
  };
}

/** The same matrix in a backend's memory. */
function placeSparse(matrix: SparseMatrix, backend: Backend): SparseMatrix {
  const { length } = matrix.columns;
  const columns = backend.allocate(length);
  const indices = new Uint32Array(columns.buffer, columns.byteOffset, length);
  indices.set(matrix.columns);
  return { ...matrix, columns: indices, weights: backend.allocate(matrix.weights) };
}
