import { matmulTransposedB } from "@onehead/core";
import { rbfOfProducts, squaredNorms, unitRows } from "@onehead/core/training";

/** L (K, D): rows of the metric in which the kernel measures distance. */
export interface Metric {
  width: number;
  projection: Float32Array;
}

/** Rows as the kernel sees them: x = L e / |e| (R, K), with |x|² (R). */
export interface KernelPoints {
  rows: number;
  width: number;
  values: Float32Array;
  squares: Float32Array;
}

/** @param metric where left out, x = e / |e| */
export function pointsOf(embeddings: Float32Array, rows: number, D: number, metric?: Metric): KernelPoints {
  const unit = new Float32Array(rows * D);
  unitRows(unit, embeddings, rows, D);
  const width = metric?.width ?? D;
  const values = metric === undefined ? unit : new Float32Array(rows * width);
  if (metric !== undefined) matmulTransposedB(values, unit, metric.projection, rows, D, width);
  const squares = new Float32Array(rows);
  squaredNorms(squares, values, rows, width);
  return { rows, width, values, squares };
}

/** (R, P) Gaussian kernel exp(−γ |x_i − x_j|² / 2). */
export function kernelMatrix(points: KernelPoints, centres: KernelPoints, sharpness: number): Float32Array {
  const kernel = new Float32Array(points.rows * centres.rows);
  matmulTransposedB(kernel, points.values, centres.values, points.rows, points.width, centres.rows);
  rbfOfProducts(kernel, points.squares, centres.squares, points.rows, centres.rows, sharpness);
  return kernel;
}
