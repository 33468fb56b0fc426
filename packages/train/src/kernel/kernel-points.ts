import { jsTrainingBackend, type Products, rbfOfProducts, squaredNorms, unitRows } from "@onehead/core/training";

/** L (K, D): rows onto which points are projected. */
export interface Metric {
  width: number;
  projection: Float32Array;
}

/** Points x (R, K), with |x|² (R). */
export interface KernelPoints {
  rows: number;
  width: number;
  values: Float32Array;
  squares: Float32Array;
}

/** Directions of embeddings: x = e / |e|. */
export function unitPoints(embeddings: Float32Array, rows: number, D: number): KernelPoints {
  const values = new Float32Array(rows * D);
  unitRows(values, embeddings, rows, D);
  return withSquares(values, rows, D);
}

/** x ← L x. */
export function projectedPoints(
  points: KernelPoints,
  { width, projection }: Metric,
  products: Products = jsTrainingBackend,
): KernelPoints {
  const values = new Float32Array(points.rows * width);
  products.matmulTransposedB(values, points.values, projection, points.rows, points.width, width);
  return withSquares(values, points.rows, width);
}

/** Points of values (R, K). */
export function withSquares(values: Float32Array, rows: number, width: number): KernelPoints {
  const squares = new Float32Array(rows);
  squaredNorms(squares, values, rows, width);
  return { rows, width, values, squares };
}

/** (R, P) Gaussian kernel exp(−γ |x_i − x_j|² / 2). */
export function kernelMatrix(
  points: KernelPoints,
  centres: KernelPoints,
  sharpness: number,
  products: Products = jsTrainingBackend,
): Float32Array {
  const kernel = new Float32Array(points.rows * centres.rows);
  products.matmulTransposedB(kernel, points.values, centres.values, points.rows, points.width, centres.rows);
  rbfOfProducts(kernel, points.squares, centres.squares, points.rows, centres.rows, sharpness);
  return kernel;
}
