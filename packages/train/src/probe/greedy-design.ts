import type { NewModelPrior } from "@onehead/core";

/**
 * Greedy Bayesian design: again and again the prompt that lowers the mean variance of the new model's quality the most.
 *
 *   gain(x) = w xᵀ Σ A Σ x / (1 + w xᵀ Σ x),  w = p (1 − p),  A = mean over prompts of w² x xᵀ,  Σ ← Σ − w Σx xᵀΣ / (1 + w xᵀΣx)
 *
 * with x = (1, t), Σ the covariance of (b, a), at first the prior's, and p the quality that the prior expects.
 *
 * @param components (R, T)
 * @returns `count` row numbers, the most telling first
 * Source: Chaloner and Verdinelli 1995, "Bayesian experimental design: a review" (I-optimality, linearised at the prior mean)
 */
export function greedyDesign(components: Float64Array, prior: NewModelPrior, count: number): Int32Array {
  const T = prior.components;
  const P = T + 1;
  const R = components.length / T;
  const mean = [prior.level.mean, ...prior.loadings.mean];
  const covariance = new Float64Array(P * P);
  [prior.level.deviation, ...prior.loadings.deviation].forEach((deviation, k) => {
    covariance[k * P + k] = deviation ** 2;
  });
  const inputs = new Float64Array(R * P);
  const curvature = new Float64Array(R);
  const target = new Float64Array(P * P);
  for (let r = 0; r < R; r++) {
    let z = 0;
    for (let k = 0; k < P; k++) {
      inputs[r * P + k] = k === 0 ? 1 : components[r * T + k - 1];
      z += inputs[r * P + k] * mean[k];
    }
    const p = 1 / (1 + Math.exp(-z));
    curvature[r] = p * (1 - p);
    for (let k = 0; k < P; k++) {
      for (let l = 0; l < P; l++) {
        target[k * P + l] += (curvature[r] ** 2 * inputs[r * P + k] * inputs[r * P + l]) / R;
      }
    }
  }
  const chosen = new Int32Array(Math.min(count, R));
  const taken = new Uint8Array(R);
  const product = new Float64Array(P);
  for (let i = 0; i < chosen.length; i++) {
    let best = -1;
    let bestGain = Number.NEGATIVE_INFINITY;
    for (let r = 0; r < R; r++) {
      if (taken[r] === 1) continue;
      const variance = project(product, covariance, inputs, r, P);
      let lowered = 0;
      for (let k = 0; k < P; k++) for (let l = 0; l < P; l++) lowered += product[k] * target[k * P + l] * product[l];
      const gain = (curvature[r] * lowered) / (1 + curvature[r] * variance);
      if (gain > bestGain) {
        bestGain = gain;
        best = r;
      }
    }
    chosen[i] = best;
    taken[best] = 1;
    const variance = project(product, covariance, inputs, best, P);
    const share = curvature[best] / (1 + curvature[best] * variance);
    for (let k = 0; k < P; k++) for (let l = 0; l < P; l++) covariance[k * P + l] -= share * product[k] * product[l];
  }
  return chosen;
}

/** product = Σ x of row r; returns xᵀ Σ x. */
function project(product: Float64Array, covariance: Float64Array, inputs: Float64Array, r: number, P: number): number {
  let variance = 0;
  for (let k = 0; k < P; k++) {
    let sum = 0;
    for (let l = 0; l < P; l++) sum += covariance[k * P + l] * inputs[r * P + l];
    product[k] = sum;
    variance += sum * inputs[r * P + k];
  }
  return variance;
}
