import { jsTrainingBackend, type Products } from "@onehead/core/training";
import type { FittedKernel } from "./fit-kernel-regression.js";
import { kernelMatrix, projectedPoints, unitPoints, withSquares } from "./kernel-points.js";

/** (R, P) weights of the anchors for embeddings (R, D). */
export function anchorWeights(
  { directions, metric, sharpness, anchors }: Pick<FittedKernel, "directions" | "metric" | "sharpness" | "anchors">,
  embeddings: Float32Array,
  rows: number,
  products: Products = jsTrainingBackend,
): Float32Array {
  const unit = unitPoints(embeddings, rows, embeddings.length / Math.max(1, rows));
  const plain = projectedPoints(unit, directions, products);
  const points = metric === null ? plain : projectedPoints(plain, metric, products);
  return kernelMatrix(points, withSquares(anchors, anchors.length / points.width, points.width), sharpness, products);
}

/** (R, M) logits of the kernel regression alone. */
export function kernelLogits(
  kernel: Omit<FittedKernel, "costs" | "weight" | "near" | "far">,
  embeddings: Float32Array,
  rows: number,
  products: Products = jsTrainingBackend,
): Float32Array {
  return logitsOf(anchorWeights(kernel, embeddings, rows, products), kernel.values, kernel.means, products);
}

/** (1 − weight) · networks + weight · kernel. */
export function blendLogits(networks: Float32Array, kernel: Float32Array, weight: number): Float32Array {
  return networks.map((value, i) => (1 - weight) * value + weight * kernel[i]);
}

/** (R, M): kernel (R, P) times values (P, M), and the means. */
export function logitsOf(
  kernel: Float32Array,
  values: Float32Array,
  means: ArrayLike<number>,
  products: Products,
): Float32Array {
  const M = means.length;
  const P = values.length / M;
  const rows = kernel.length / P;
  const logits = new Float32Array(rows * M);
  products.matmul(logits, kernel, values, rows, P, M);
  for (let i = 0; i < logits.length; i++) logits[i] += means[i % M];
  return logits;
}
