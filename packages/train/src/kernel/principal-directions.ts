import { jsTrainingBackend, type Products, symmetricEigen } from "@onehead/core/training";
import type { KernelPoints, Metric } from "./kernel-points.js";

/** Q: more directions than these carry nothing that the kernel needs. */
const widest = 64;

/** The directions in which the points spread most, (Q, D) orthonormal rows: distances in them are those of the points, cut to 64. */
export function principalDirections(points: KernelPoints, products: Products = jsTrainingBackend): Metric {
  const { rows, width: D, values } = points;
  const centred = values.slice();
  for (let d = 0; d < D; d++) {
    let sum = 0;
    for (let i = d; i < centred.length; i += D) sum += centred[i];
    for (let i = d; i < centred.length; i += D) centred[i] -= sum / rows;
  }
  const scatter = new Float32Array(D * D);
  products.matmulTransposedA(scatter, centred, centred, D, rows, D);
  const { vectors } = symmetricEigen(Float64Array.from(scatter), D);
  const width = Math.min(widest, D);
  return { width, projection: Float32Array.from(vectors.subarray(0, width * D)) };
}
