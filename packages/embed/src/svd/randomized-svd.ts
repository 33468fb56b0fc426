import { createRandom, stagedProducts, symmetricEigen } from "@onehead/core/training";
import { gram } from "./gram.js";
import type { LinearMap } from "./linear-map.js";
import { orthonormalize } from "./orthonormalize.js";

export interface TruncatedSvd {
  /** (D) descending, all positive: D is below the asked-for count where the rank is */
  readonly singularValues: Float64Array;
  /** (columnCount, D) row-major, orthonormal columns, each with its largest cell positive */
  readonly rightVectors: Float32Array;
}

export interface RandomizedSvdOptions {
  readonly components: number;
  readonly seed: number;
  /** each multiplies the sketch by A Aᵀ once and so sharpens the decay of the spectrum */
  readonly powerIterations?: number;
  /** Awaited between the heavy steps with the share of work done: the place to yield or to throw. */
  readonly onStep?: (done: number) => Promise<void>;
}

/** Columns of the random sketch beyond the components. */
export const oversampling = 16;

// below this share of the largest singular value a direction is float32 noise
const negligibleShare = 1e-5;

/**
 * The leading right singular vectors of A by a randomised range finder.
 *
 * Y = (A Aᵀ)^q A Ω with Gaussian Ω, orthonormalised after every product with A; with Q the result, B = Qᵀ A holds
 * A's leading directions: B Bᵀ = U S² Uᵀ and V = Bᵀ U S⁻¹.
 *
 * @throws whatever `onStep` throws
 * Source: Halko, Martinsson, Tropp 2011, algorithms 4.4 and 5.1
 */
export async function randomizedSvd(matrix: LinearMap, options: RandomizedSvdOptions): Promise<TruncatedSvd> {
  const { components, seed, powerIterations = 4, onStep = async () => {} } = options;
  const { rows, columnCount } = matrix;
  const width = Math.min(components + oversampling, rows, columnCount);

  const products = stagedProducts(matrix.backend);
  const random = createRandom(seed);
  const featureSide = matrix.allocate(columnCount * width);
  for (let i = 0; i < featureSide.length; i++) featureSide[i] = random.normal();
  const documentSide = matrix.allocate(rows * width);
  for (let iteration = 0; iteration <= powerIterations; iteration++) {
    matrix.multiply(documentSide, featureSide, width);
    await onStep((2 * iteration + 1) / (2 * powerIterations + 3));
    orthonormalize(documentSide, rows, width, products);
    matrix.multiplyTransposed(featureSide, documentSide, width);
    await onStep((2 * iteration + 2) / (2 * powerIterations + 3));
  }

  // featureSide is now Bᵀ (columnCount, width)
  const { values, vectors } = symmetricEigen(gram(featureSide, columnCount, width), width);
  let rank = 0;
  while (rank < Math.min(components, width) && values[rank] > values[0] * negligibleShare ** 2) rank++;
  const singularValues = Float64Array.from(values.subarray(0, rank), Math.sqrt);
  const rotation = new Float32Array(width * rank);
  for (let i = 0; i < width; i++) {
    for (let k = 0; k < rank; k++) rotation[i * rank + k] = vectors[k * width + i] / singularValues[k];
  }
  const rightVectors = new Float32Array(columnCount * rank);
  products.matmul(rightVectors, featureSide, rotation, columnCount, width, rank);
  fixSigns(rightVectors, columnCount, rank);
  return { singularValues, rightVectors };
}

/** Turns each column so that its cell of largest magnitude (the first of equals) is positive. */
function fixSigns(matrix: Float32Array, rows: number, columns: number): void {
  for (let j = 0; j < columns; j++) {
    let largest = 0;
    for (let i = 0; i < rows; i++) {
      const value = matrix[i * columns + j];
      if (Math.abs(value) > Math.abs(largest)) largest = value;
    }
    if (largest >= 0) continue;
    for (let i = 0; i < rows; i++) matrix[i * columns + j] *= -1;
  }
}
