import { matmulTransposedB } from "@onehead/core";
import { laplaceOfProducts, rbfOfCosines, squaredNorms } from "@onehead/core/training";

/** How similar two directions are: exp(γ (cos − 1)), or exp(−√γ |a − b|) with its sharp peak. */
export type KernelKind = "rbf" | "laplace";

/** (R, P) kernel of rows and centres of length 1. */
export function kernelMatrix(
  kind: KernelKind,
  rows: Float32Array,
  centres: Float32Array,
  D: number,
  sharpness: number,
): Float32Array {
  const [R, P] = [rows.length / D, centres.length / D];
  const kernel = new Float32Array(R * P);
  matmulTransposedB(kernel, rows, centres, R, D, P);
  if (kind === "rbf") {
    rbfOfCosines(kernel, kernel, R * P, sharpness);
    return kernel;
  }
  const rowSquares = new Float32Array(R);
  const centreSquares = new Float32Array(P);
  squaredNorms(rowSquares, rows, R, D);
  squaredNorms(centreSquares, centres, P, D);
  laplaceOfProducts(kernel, rowSquares, centreSquares, R, P, sharpness);
  return kernel;
}
