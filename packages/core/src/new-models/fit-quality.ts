import type { NewModelPrior } from "../artifact/manifest.js";
import { choleskyFactor, choleskySolve } from "../training/cholesky.js";

/** (b, a) of a new model's quality logit b + a·t, and how sure they are. */
export interface FittedQuality {
  level: number;
  /** (T). */
  loadings: number[];
  /** G, lower triangle row by row: the variance of b + a·t is |G (1, t)|². */
  spread: number[];
}

const newtonSteps = 50;

/**
 * The most likely (b, a) under a Gaussian prior, and Laplace's approximation around it:
 *
 *   min over w = (b, a) of  Σ_i [ln(1 + e^{z_i}) − s_i z_i] + ½ Σ_k (w_k − w⁰_k)² / d_k²,   z = w·(1, t)
 *
 * by Newton's method, halving steps that do not lower it (it is strictly convex). The precision there is
 * H = Xᵀ diag(p (1 − p)) X + diag(1/d²) = L Lᵀ, and G = L⁻¹.
 *
 * @param components (n, T) t of the samples;  scores (n) in [0, 1]
 * @param level      prior mean of b
 */
export function fitQuality(
  components: Float64Array,
  scores: Float64Array,
  level: number,
  prior: NewModelPrior,
): FittedQuality {
  const T = prior.components;
  const P = T + 1;
  const start = [level, ...prior.loadings.mean];
  const precision = [prior.level.deviation, ...prior.loadings.deviation].map((deviation) => deviation ** -2);
  const rows = scores.length;
  const inputs = new Float64Array(rows * P);
  for (let i = 0; i < rows; i++) {
    inputs[i * P] = 1;
    for (let k = 0; k < T; k++) inputs[i * P + k + 1] = components[i * T + k];
  }
  const lossAt = (w: readonly number[]): number => {
    let loss = 0;
    for (let k = 0; k < P; k++) loss += 0.5 * precision[k] * (w[k] - start[k]) ** 2;
    for (let i = 0; i < rows; i++) {
      const z = logitOf(inputs, i, w);
      // ln(1 + eᶻ) − s z, without overflow
      loss += Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z))) - scores[i] * z;
    }
    return loss;
  };
  const hessian = new Float64Array(P * P);
  const step = new Float64Array(P);
  let weights = start;
  let loss = lossAt(weights);
  for (let round = 0; round < newtonSteps; round++) {
    derivatives(hessian, step, inputs, scores, weights, start, precision);
    choleskyFactor(hessian, P);
    choleskySolve(hessian, step, P, 1);
    const before = loss;
    for (let share = 1; share > 1e-6; share /= 2) {
      const next = weights.map((w, k) => w - share * step[k]);
      const nextLoss = lossAt(next);
      if (!(nextLoss < loss)) continue;
      weights = next;
      loss = nextLoss;
      break;
    }
    if (before - loss < 1e-12 * (1 + Math.abs(loss))) break;
  }
  derivatives(hessian, step, inputs, scores, weights, start, precision);
  choleskyFactor(hessian, P);
  return { level: weights[0], loadings: weights.slice(1), spread: inverseTriangle(hessian, P) };
}

function logitOf(inputs: Float64Array, i: number, w: readonly number[]): number {
  let z = 0;
  for (let k = 0; k < w.length; k++) z += w[k] * inputs[i * w.length + k];
  return z;
}

/** Gradient (P) and the lower triangle of the Hessian (P, P). */
function derivatives(
  hessian: Float64Array,
  gradient: Float64Array,
  inputs: Float64Array,
  scores: Float64Array,
  w: readonly number[],
  start: readonly number[],
  precision: readonly number[],
): void {
  const P = w.length;
  hessian.fill(0);
  for (let k = 0; k < P; k++) {
    gradient[k] = precision[k] * (w[k] - start[k]);
    hessian[k * P + k] = precision[k];
  }
  for (let i = 0; i < scores.length; i++) {
    const p = 1 / (1 + Math.exp(-logitOf(inputs, i, w)));
    const curvature = p * (1 - p);
    for (let k = 0; k < P; k++) {
      const x = inputs[i * P + k];
      gradient[k] += (p - scores[i]) * x;
      for (let l = 0; l <= k; l++) hessian[k * P + l] += curvature * x * inputs[i * P + l];
    }
  }
}

/** Lower triangle of L⁻¹, row by row. */
function inverseTriangle(factor: Float64Array, P: number): number[] {
  const inverse = new Float64Array(P * P);
  const triangle: number[] = [];
  for (let i = 0; i < P; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = i === j ? 1 : 0;
      for (let k = j; k < i; k++) sum -= factor[i * P + k] * inverse[k * P + j];
      inverse[i * P + j] = sum / factor[i * P + i];
      triangle.push(inverse[i * P + j]);
    }
  }
  return triangle;
}
