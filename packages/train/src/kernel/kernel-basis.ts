import { jsTrainingBackend, type Products, symmetricEigen } from "@onehead/core/training";

/** Directions of the anchors' kernel that are flatter than this share of the steepest are left out: W is nearly singular. */
const flattest = 1e-4;

/** The kernel in coordinates in which both its norm and its second moments over the rows are diagonal. */
export interface KernelBasis {
  /** Q. */
  width: number;
  /** (R, Q) Ψ = K T, with Tᵀ W T = I. */
  rows: Float32Array;
  /** (Q) diagonal of Ψᵀ Ψ, descending. */
  moments: Float64Array;
  /** (P, Q) T: values at the anchors are T times coefficients. */
  toAnchors: Float32Array;
}

/**
 * @param kernel (R, P) of rows and anchors
 * @param anchorKernel W (P, P)
 */
export function kernelBasis(
  kernel: Float32Array,
  anchorKernel: Float32Array,
  { matmul, matmulTransposedA }: Products = jsTrainingBackend,
): KernelBasis {
  const P = Math.sqrt(anchorKernel.length);
  const R = kernel.length / P;
  const { values, vectors } = symmetricEigen(Float64Array.from(anchorKernel), P);
  let width = 0;
  while (width < P && values[width] > flattest * values[0]) width++;
  const whitening = new Float32Array(P * width);
  for (let q = 0; q < width; q++) {
    const scale = 1 / Math.sqrt(values[q]);
    for (let j = 0; j < P; j++) whitening[j * width + q] = scale * vectors[q * P + j];
  }
  const whitened = new Float32Array(R * width);
  matmul(whitened, kernel, whitening, R, P, width);
  const gram = new Float32Array(width * width);
  matmulTransposedA(gram, whitened, whitened, width, R, width);
  const turn = symmetricEigen(Float64Array.from(gram), width);
  // columns of the rotation: its eigenvectors
  const rotation = new Float32Array(width * width);
  for (let q = 0; q < width; q++) {
    for (let i = 0; i < width; i++) rotation[i * width + q] = turn.vectors[q * width + i];
  }
  const rows = new Float32Array(R * width);
  matmul(rows, whitened, rotation, R, width, width);
  const toAnchors = new Float32Array(P * width);
  matmul(toAnchors, whitening, rotation, P, width, width);
  return { width, rows, moments: turn.values.map((value) => Math.max(0, value)), toAnchors };
}
