import type { AdamStep } from "../adam-step.js";

// The specification of the training kernels: each equation as it is written, in float64 and in whole matrices.

export interface HeadsTwin {
  shared: ArrayLike<number>;
  models: ArrayLike<number>;
  weights: ArrayLike<number>;
}

/** quality (rows, M), then cost (rows, M). */
export function reluHeadsTwin(
  { shared, models, weights }: HeadsTwin,
  biases: [quality: ArrayLike<number>, cost: ArrayLike<number>],
  rows: number,
  M: number,
  H: number,
): [Float64Array, Float64Array] {
  const head = (first: number, bias: ArrayLike<number>): Float64Array =>
    Float64Array.from({ length: rows * M }, (_, i) => {
      const [r, m] = [Math.floor(i / M), i % M];
      let sum = bias[m];
      for (let h = first; h < first + H; h++) {
        sum += weights[r * 2 * H + h] * Math.max(0, shared[r * 2 * H + h] + models[m * 2 * H + h]);
      }
      return sum;
    });
  return [head(0, biases[0]), head(H, biases[1])];
}

/** −Σ s ln σ(z) + (1 − s) ln(1 − σ(z)) over the known scores. */
export function logLossTwin(logits: ArrayLike<number>, targets: ArrayLike<number>, count: number): number {
  let loss = 0;
  for (let i = 0; i < count; i++) {
    const s = targets[i];
    if (!Number.isNaN(s)) loss += s * Math.log1p(Math.exp(-logits[i])) + (1 - s) * Math.log1p(Math.exp(logits[i]));
  }
  return loss;
}

/** Parameter and both moments after a step. */
export function adamTwin(
  p: ArrayLike<number>,
  gradient: ArrayLike<number>,
  first: ArrayLike<number>,
  second: ArrayLike<number>,
  { clip, beta1, beta2, rate, correction1, correction2, epsilon, weightDecay }: AdamStep,
): Float64Array[] {
  const m = Float64Array.from(first, (value, i) => beta1 * value + (1 - beta1) * clip * gradient[i]);
  const v = Float64Array.from(second, (value, i) => beta2 * value + (1 - beta2) * (clip * gradient[i]) ** 2);
  const moved = Float64Array.from(p, (value, i) => {
    return value - rate * ((m[i] * correction1) / (Math.sqrt(v[i] * correction2) + epsilon) + weightDecay * value);
  });
  return [moved, m, v];
}
