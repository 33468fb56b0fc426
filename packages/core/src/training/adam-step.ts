import { assertAtLeast } from "../errors/shape-error.js";

/** The numbers of one step of Adam. */
export interface AdamStep {
  /** Factor on the gradient. */
  clip: number;
  beta1: number;
  beta2: number;
  /** η: learning rate. */
  rate: number;
  /** 1 / (1 − β₁ᵗ) and 1 / (1 − β₂ᵗ). */
  correction1: number;
  correction2: number;
  epsilon: number;
  /** Share of the parameter that a rate of 1 would take away. */
  weightDecay: number;
}

/**
 * One step of AdamW, in place:
 *
 *   g ← clip · g,  m ← β₁ m + (1 − β₁) g,  v ← β₂ v + (1 − β₂) g²,  p ← p − η (m̂ / (√v̂ + ε) + decay · p)
 *
 * @param parameter, first, second `count` values p, m and v, which are updated
 * @param gradient `count` values, only read
 * @throws ShapeError when a buffer is shorter than `count`
 * Source: Loshchilov & Hutter 2019, algorithm 2
 */
export function adamStep(
  parameter: Float32Array,
  gradient: Float32Array,
  first: Float32Array,
  second: Float32Array,
  count: number,
  { clip, beta1, beta2, rate, correction1, correction2, epsilon, weightDecay }: AdamStep,
): void {
  assertAdamStep(parameter, gradient, first, second, count);
  for (let i = 0; i < count; i++) {
    const g = gradient[i] * clip;
    const m = beta1 * first[i] + (1 - beta1) * g;
    const v = beta2 * second[i] + (1 - beta2) * g * g;
    first[i] = m;
    second[i] = v;
    const p = parameter[i];
    parameter[i] = p - rate * ((m * correction1) / (Math.sqrt(v * correction2) + epsilon) + weightDecay * p);
  }
}

/** @throws ShapeError when a buffer is shorter than `count` */
function assertAdamStep(
  parameter: Float32Array,
  gradient: Float32Array,
  first: Float32Array,
  second: Float32Array,
  count: number,
): void {
  assertAtLeast("adamStep: parameter", parameter.length, count);
  assertAtLeast("adamStep: gradient", gradient.length, count);
  assertAtLeast("adamStep: first", first.length, count);
  assertAtLeast("adamStep: second", second.length, count);
}
