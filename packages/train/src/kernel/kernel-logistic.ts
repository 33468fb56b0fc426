import { matmul, matmulTransposedA } from "@onehead/core";
import { symmetricEigen } from "@onehead/core/training";
import type { KernelBasis } from "./kernel-basis.js";

/** Standard deviation, in logits, of what of a prompt's difficulty its embedding does not tell. */
const promptDeviation = 0.7;
/** Share of the labels a model needs for the plain curvature bound of its block to hold with room to spare. */
const curvatureRoom = 1.5;
const leastEigenvalue = 1e-6;

/** What is regressed: scores of R rows and M models. */
export interface ScoredRows {
  models: number;
  /** (R, M), NaN where unknown. */
  scores: Float32Array;
  /** (M) logits that the models' means are drawn to. */
  priorMeans: Float64Array;
}

/** A point of the descent; the next one, at other penalties, starts from it. */
export interface LogisticState {
  /** (Q, M) coefficients. */
  coefficients: Float32Array;
  /** (M) logits where no anchor is near. */
  means: Float64Array;
  /** (R) difficulty of every prompt beyond what its embedding tells. */
  prompts: Float64Array;
}

export function startLogistic(basis: KernelBasis, { models, priorMeans, scores }: ScoredRows): LogisticState {
  return {
    coefficients: new Float32Array(basis.width * models),
    means: priorMeans.slice(),
    prompts: new Float64Array(scores.length / models),
  };
}

/**
 * Kernel logistic regression of all models together:
 *
 *   min −Σ log likelihood(s_rm | σ(μ_m + b_r + Ψ_r·C_m)) + ½ tr(C B⁻¹ Cᵀ) + ½ Σ (b_r / τ)² + ½ |μ − μ⁰|²
 *
 * over the known scores. B (M, M) is the prior covariance of the models' coefficients: what the models share, above all
 * difficulty, may vary widely, and where they differ little. b_r is the row's own difficulty, which the scores of all its
 * models tell, so that a model is judged by its place among them. Accelerated gradient steps, preconditioned by the bound ¼
 * on the logistic curvature, with μ and b by Newton steps on the side; steps shrink where the objective rises.
 *
 * @param covariance B, row-major
 * @returns a new state
 * Source: Böhning 1992 (the bound); Nesterov 1983; multi-task kernels as in Bonilla et al. 2008
 */
export function descendLogistic(
  basis: KernelBasis,
  rows: ScoredRows,
  covariance: Float64Array,
  from: LogisticState,
  steps: number,
): LogisticState {
  const { models: M, scores, priorMeans } = rows;
  const { width: Q, rows: features, moments } = basis;
  const R = scores.length / M;
  const { values: spreads, vectors: turn } = symmetricEigen(covariance, M);
  const density = densest(scores, M);
  let bound = 0.25 * Math.min(1, curvatureRoom * density);
  let current = from.coefficients.slice();
  let previous = current.slice();
  const means = from.means.slice();
  const prompts = from.prompts.slice();
  const ahead = new Float32Array(Q * M);
  const logits = new Float32Array(R * M);
  const errors = new Float32Array(R * M);
  const gradient = new Float32Array(Q * M);
  const rowErrors = new Float64Array(R);
  const rowCurvatures = new Float64Array(R);
  const turned = new Float64Array(M);
  const turnedGradient = new Float64Array(M);
  let momentum = 1;
  let best = Number.POSITIVE_INFINITY;
  for (let step = 0; step < steps; step++) {
    const nextMomentum = (1 + Math.sqrt(1 + 4 * momentum * momentum)) / 2;
    const pull = (momentum - 1) / nextMomentum;
    for (let i = 0; i < ahead.length; i++) ahead[i] = current[i] + pull * (current[i] - previous[i]);
    matmul(logits, features, ahead, R, Q, M);
    const fit = residuals(errors, rowErrors, rowCurvatures, logits, scores, means, prompts, M);
    matmulTransposedA(gradient, features, errors, Q, R, M);

    let penalty = 0;
    const next = previous;
    for (let q = 0; q < Q; q++) {
      const at = q * M;
      for (let k = 0; k < M; k++) {
        let c = 0;
        let g = 0;
        for (let m = 0; m < M; m++) {
          c += turn[k * M + m] * ahead[at + m];
          g += turn[k * M + m] * gradient[at + m];
        }
        const spread = Math.max(leastEigenvalue, spreads[k]);
        penalty += (c * c) / spread;
        turned[k] = c;
        turnedGradient[k] = (g + c / spread) / (bound * moments[q] + 1 / spread);
      }
      for (let m = 0; m < M; m++) {
        let value = 0;
        for (let k = 0; k < M; k++) value += turn[k * M + m] * (turned[k] - turnedGradient[k]);
        next[at + m] = value;
      }
    }
    for (let m = 0; m < M; m++) penalty += (means[m] - priorMeans[m]) ** 2;
    for (let r = 0; r < R; r++) penalty += (prompts[r] / promptDeviation) ** 2;
    const objective = fit.loss + 0.5 * penalty;

    previous = current;
    current = next;
    momentum = nextMomentum;
    if (objective > best + 1e-3 * Math.abs(best)) {
      // the bound was too low for a model that most rows have: smaller steps, from rest
      bound = Math.min(0.25, 2 * bound);
      previous = current.slice();
      momentum = 1;
    }
    best = Math.min(best, objective);
    for (let r = 0; r < R; r++) {
      const curvature = Math.max(0.05, rowCurvatures[r]) + 1 / promptDeviation ** 2;
      prompts[r] -= within(1, (rowErrors[r] + prompts[r] / promptDeviation ** 2) / curvature);
    }
    for (let m = 0; m < M; m++) {
      const slope = fit.meanErrors[m] + means[m] - priorMeans[m];
      means[m] -= within(0.5, slope / (Math.max(1, fit.meanCurvatures[m]) + 1));
    }
  }
  return { coefficients: current, means, prompts };
}

/**
 * One step of expectation maximisation for B: (CᵀC + Σ_q var(c_q)) / Q, the variances of the Laplace approximation with the
 * rows' own difficulties integrated out.
 *
 * @returns the new B (M, M)
 */
export function updateCovariance(
  basis: KernelBasis,
  { models: M, scores }: ScoredRows,
  covariance: Float64Array,
  { coefficients, means, prompts }: LogisticState,
): Float64Array {
  const { width: Q, moments } = basis;
  const R = prompts.length;
  const logits = new Float32Array(R * M);
  matmul(logits, basis.rows, coefficients, R, Q, M);
  let curvature = 0;
  let known = 0;
  for (let i = 0; i < scores.length; i++) {
    if (Number.isNaN(scores[i])) continue;
    const p = 1 / (1 + Math.exp(-(logits[i] + means[i % M] + prompts[Math.floor(i / M)])));
    curvature += p * (1 - p);
    known++;
  }
  const weight = curvature / known;
  const share = known / scores.length;
  const labels = known / R;
  const { values, vectors } = symmetricEigen(covariance, M);
  const updated = new Float64Array(M * M);
  for (let q = 0; q < Q; q++) {
    for (let a = 0; a < M; a++) {
      for (let b = 0; b < M; b++) updated[a * M + b] += (coefficients[q * M + a] * coefficients[q * M + b]) / Q;
    }
  }
  for (let k = 0; k < M; k++) {
    let common = 0;
    for (let m = 0; m < M; m++) common += vectors[k * M + m];
    const cosine = (common * common) / M;
    const information = (weight * share) / (1 + weight * labels * promptDeviation ** 2 * cosine);
    let variance = 0;
    const spread = Math.max(leastEigenvalue, values[k]);
    for (let q = 0; q < Q; q++) variance += 1 / (information * moments[q] + 1 / spread) / Q;
    for (let a = 0; a < M; a++) {
      for (let b = 0; b < M; b++) updated[a * M + b] += variance * vectors[k * M + a] * vectors[k * M + b];
    }
  }
  for (let m = 0; m < M; m++) updated[m * M + m] += leastEigenvalue;
  return updated;
}

/**
 * B with what all models share and what sets them apart scaled: L B L, L = √shared · P + √apart · (I − P), P the projection on
 * equal parts.
 */
export function scaledCovariance(covariance: Float64Array, M: number, shared: number, apart: number): Float64Array {
  const own = Math.sqrt(apart);
  const common = (Math.sqrt(shared) - own) / M;
  const half = new Float64Array(M * M);
  for (let i = 0; i < M; i++) {
    for (let j = 0; j < M; j++) {
      let sum = 0;
      for (let k = 0; k < M; k++) sum += covariance[k * M + j];
      half[i * M + j] = own * covariance[i * M + j] + common * sum;
    }
  }
  const scaled = new Float64Array(M * M);
  for (let i = 0; i < M; i++) {
    let sum = 0;
    for (let k = 0; k < M; k++) sum += half[i * M + k];
    for (let j = 0; j < M; j++) scaled[i * M + j] = own * half[i * M + j] + common * sum;
  }
  return scaled;
}

/** Fills errors (R, M) = σ − s, 0 where unknown, and their sums by row; returns the sums by model and the loss. */
function residuals(
  errors: Float32Array,
  rowErrors: Float64Array,
  rowCurvatures: Float64Array,
  logits: Float32Array,
  scores: Float32Array,
  means: Float64Array,
  prompts: Float64Array,
  M: number,
): { loss: number; meanErrors: Float64Array; meanCurvatures: Float64Array } {
  const meanErrors = new Float64Array(M);
  const meanCurvatures = new Float64Array(M);
  let loss = 0;
  for (let r = 0; r < prompts.length; r++) {
    let error = 0;
    let curvature = 0;
    for (let m = 0; m < M; m++) {
      const i = r * M + m;
      const score = scores[i];
      errors[i] = 0;
      if (Number.isNaN(score)) continue;
      const z = logits[i] + means[m] + prompts[r];
      const power = Math.exp(-Math.abs(z));
      const p = z >= 0 ? 1 / (1 + power) : power / (1 + power);
      loss += Math.max(z, 0) + Math.log1p(power) - score * z;
      errors[i] = p - score;
      error += p - score;
      curvature += p * (1 - p);
      meanErrors[m] += p - score;
      meanCurvatures[m] += p * (1 - p);
    }
    rowErrors[r] = error;
    rowCurvatures[r] = curvature;
  }
  return { loss, meanErrors, meanCurvatures };
}

/** Share of rows on which the most scored model is known. */
function densest(scores: Float32Array, M: number): number {
  const counts = new Float64Array(M);
  for (let i = 0; i < scores.length; i++) if (!Number.isNaN(scores[i])) counts[i % M]++;
  return Math.max(...counts) / (scores.length / M);
}

function within(limit: number, value: number): number {
  return Math.min(limit, Math.max(-limit, value));
}
