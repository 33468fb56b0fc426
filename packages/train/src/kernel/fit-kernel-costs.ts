import { fitKernelRidge, jsTrainingBackend, type Products } from "@onehead/core/training";
import { type KernelPoints, kernelMatrix } from "./kernel-points.js";

const ridges = [1, 3, 10, 30, 100, 300];

/** Log costs of rows beside what the networks say of them, (R, M) each; NaN targets are unknown. */
export interface CostRows {
  targets: Float32Array;
  outputs: Float32Array;
  /** (R, P). */
  weights: Float32Array;
}

/**
 * Kernel ridge regression of what the networks leave of the log costs, on the anchors:
 *
 *   Δy_m = Σ_j w_j C_jm,  min Σ (y_m − networks − Δy_m)² + λ Cᵀ W C
 *
 * with the λ of least squared error on validation rows.
 *
 * @param anchors in the kernel's metric, for W
 * @returns C (P, M); zeros where no λ lowers the error of the networks, or no validation row has a cost
 */
export function fitKernelCosts(
  training: CostRows,
  validation: CostRows,
  anchors: KernelPoints,
  sharpness: number,
  M: number,
  products: Products = jsTrainingBackend,
): Float32Array {
  const P = anchors.rows;
  const residuals = training.targets.map((target, i) => target - training.outputs[i]);
  let best = new Float32Array(P * M);
  let least = squaredError(validation, best, M, products);
  const W = kernelMatrix(anchors, anchors, sharpness, products);
  for (const values of fitKernelRidge(training.weights, residuals, M, W, ridges)) {
    const error = squaredError(validation, values, M, products);
    if (error < least) {
      least = error;
      best = new Float32Array(values);
    }
  }
  return best;
}

/** Networks' cost outputs (R, M) with the kernel's part added. */
export function withKernelCosts(
  outputs: Float32Array,
  weights: Float32Array,
  values: Float32Array,
  M: number,
  products: Products = jsTrainingBackend,
): Float32Array {
  const P = values.length / M;
  const joint = outputs.slice();
  products.matmul(joint, weights, values, outputs.length / M, P, M, true);
  return joint;
}

function squaredError(
  { targets, outputs, weights }: CostRows,
  values: Float32Array,
  M: number,
  products: Products,
): number {
  const joint = withKernelCosts(outputs, weights, values, M, products);
  let sum = 0;
  for (let i = 0; i < joint.length; i++) {
    const error = targets[i] - joint[i];
    if (!Number.isNaN(error)) sum += error * error;
  }
  return sum;
}
