import {
  expEach,
  jsTrainingBackend,
  type SymmetricEigen,
  symmetricEigen,
  type TrainingBackend,
} from "@onehead/core/training";
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

/** Rows that are worked on at a time: their features stay in the second-level cache. */
const blockRows = 512;
/** Room for the copies that products make of blocks of their factors, and for the starts of arrays. */
const scratch = 131_072 + 4096;

/**
 * Kernel logistic regression of all models together:
 *
 *   min −Σ log likelihood(s_rm | σ(μ_m + b_r + Ψ_r·C_m)) + ½ tr(C B⁻¹ Cᵀ) + ½ Σ (b_r / τ)² + ½ |μ − μ⁰|²
 *
 * over the known scores. B (M, M) is the prior covariance of the models' coefficients: what the models share, above all
 * difficulty, may vary widely, and where they differ little. b_r is the row's own difficulty, which the scores of all its
 * models tell, so that a model is judged by its place among them.
 */
export class KernelLogistic {
  readonly #basis: KernelBasis;
  readonly #rows: ScoredRows;
  readonly #backend: TrainingBackend;
  /** (R, Q). */
  readonly #features: Float32Array;
  /** (Q, M). */
  readonly #ahead: Float32Array;
  readonly #gradient: Float32Array;
  /** (blockRows, M). */
  readonly #logits: Float32Array;
  readonly #errors: Float32Array;

  /** @param backend of which the regression takes a memory of its own */
  constructor(basis: KernelBasis, rows: ScoredRows, backend: TrainingBackend = jsTrainingBackend) {
    this.#basis = basis;
    this.#rows = rows;
    const { width: Q } = basis;
    const M = rows.models;
    const inner = Math.max(Q, blockRows);
    this.#backend = backend.fork(basis.rows.length + 2 * Q * M + 2 * blockRows * M + 256 * (1 + inner) + scratch);
    // arrays of the heap serve the kernels of js as well, without a copy
    this.#features = this.#backend.name === "js" ? basis.rows : this.#backend.allocate(basis.rows);
    this.#ahead = this.#backend.allocate(Q * M);
    this.#gradient = this.#backend.allocate(Q * M);
    this.#logits = this.#backend.allocate(blockRows * M);
    this.#errors = this.#backend.allocate(blockRows * M);
  }

  /** Where a first descent starts. */
  start(): LogisticState {
    const { models, priorMeans, scores } = this.#rows;
    return {
      coefficients: new Float32Array(this.#basis.width * models),
      means: priorMeans.slice(),
      prompts: new Float64Array(scores.length / models),
    };
  }

  /**
   * Accelerated gradient steps, preconditioned by the bound ¼ on the logistic curvature, with μ and b by Newton steps on the side;
   * steps shrink where the objective rises.
   *
   * @param covariance B, row-major
   * @returns a new state
   * Source: Böhning 1992 (the bound); Nesterov 1983; multi-task kernels as in Bonilla et al. 2008
   */
  descend(covariance: Float64Array, from: LogisticState, steps: number): LogisticState {
    const { models: M, scores, priorMeans } = this.#rows;
    const R = scores.length / M;
    const eigen = symmetricEigen(covariance, M);
    let bound = 0.25 * Math.min(1, curvatureRoom * densest(scores, M));
    let current = from.coefficients.slice();
    let previous = current.slice();
    const means = from.means.slice();
    const prompts = from.prompts.slice();
    const ahead = this.#ahead;
    let momentum = 1;
    let best = Number.POSITIVE_INFINITY;
    for (let step = 0; step < steps; step++) {
      const nextMomentum = (1 + Math.sqrt(1 + 4 * momentum * momentum)) / 2;
      const pull = (momentum - 1) / nextMomentum;
      for (let i = 0; i < ahead.length; i++) ahead[i] = current[i] + pull * (current[i] - previous[i]);
      const fit = this.#residuals(means, prompts);

      const next = previous;
      let penalty = this.#stepBack(next, eigen, bound);
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
        const curvature = Math.max(0.05, fit.rowCurvatures[r]) + 1 / promptDeviation ** 2;
        prompts[r] -= within(1, (fit.rowErrors[r] + prompts[r] / promptDeviation ** 2) / curvature);
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
  updateCovariance(covariance: Float64Array, { coefficients, means, prompts }: LogisticState): Float64Array {
    const { models: M, scores } = this.#rows;
    const { width: Q, moments } = this.#basis;
    const R = prompts.length;
    this.#ahead.set(coefficients);
    let curvature = 0;
    let known = 0;
    for (let start = 0; start < R; start += blockRows) {
      const count = this.#logitsOf(start);
      for (let i = 0; i < count * M; i++) {
        if (Number.isNaN(scores[start * M + i])) continue;
        const p = 1 / (1 + Math.exp(-(this.#logits[i] + means[i % M] + prompts[start + Math.floor(i / M)])));
        curvature += p * (1 - p);
        known++;
      }
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

  /** Logits of the rows from `start` on at `ahead`, but for μ and b; returns how many rows. */
  #logitsOf(start: number): number {
    const { width: Q } = this.#basis;
    const M = this.#rows.models;
    const count = Math.min(blockRows, this.#rows.scores.length / M - start);
    const features = this.#features.subarray(start * Q, (start + count) * Q);
    this.#backend.matmul(this.#logits, features, this.#ahead, count, Q, M);
    return count;
  }

  /** Errors σ − s of all known scores: their gradient Ψᵀ errors by the coefficients, their sums by row and model, and the loss. */
  #residuals(means: Float64Array, prompts: Float64Array): Residuals {
    const { width: Q } = this.#basis;
    const { models: M, scores } = this.#rows;
    const R = prompts.length;
    const sums: Residuals = {
      loss: 0,
      meanErrors: new Float64Array(M),
      meanCurvatures: new Float64Array(M),
      rowErrors: new Float64Array(R),
      rowCurvatures: new Float64Array(R),
    };
    this.#gradient.fill(0);
    const row = { logits: new Float64Array(M), powers: new Float64Array(M) };
    for (let start = 0; start < R; start += blockRows) {
      const count = this.#logitsOf(start);
      for (let r = 0; r < count; r++) {
        addResiduals(sums, this.#errors, this.#logits, scores, means, prompts, start, r, row);
      }
      const features = this.#features.subarray(start * Q, (start + count) * Q);
      this.#backend.matmulTransposedA(this.#gradient, features, this.#errors, Q, count, M, true);
    }
    return sums;
  }

  /** next ← ahead less a preconditioned step, in the eigenvectors of B; returns tr(C B⁻¹ Cᵀ) at `ahead`. */
  #stepBack(next: Float32Array, { values: spreads, vectors: turn }: SymmetricEigen, bound: number): number {
    const { width: Q, moments } = this.#basis;
    const M = this.#rows.models;
    const [ahead, gradient] = [this.#ahead, this.#gradient];
    const moved = new Float64Array(M);
    let penalty = 0;
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
        moved[k] = c - (g + c / spread) / (bound * moments[q] + 1 / spread);
      }
      for (let m = 0; m < M; m++) {
        let value = 0;
        for (let k = 0; k < M; k++) value += turn[k * M + m] * moved[k];
        next[at + m] = value;
      }
    }
    return penalty;
  }
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

interface Residuals {
  loss: number;
  meanErrors: Float64Array;
  meanCurvatures: Float64Array;
  rowErrors: Float64Array;
  rowCurvatures: Float64Array;
}

/** Beyond it a product of factors of at most 2 is taken the logarithm of. */
const largeProduct = 2 ** 1000;

/**
 * Of row `start + r`, row r of its block: errors (σ − s, 0 where unknown), and what they and p (1 − p) add to the sums.
 *
 * @param row (M) scratch
 */
function addResiduals(
  sums: Residuals,
  errors: Float32Array,
  logits: Float32Array,
  scores: Float32Array,
  means: Float64Array,
  prompts: Float64Array,
  start: number,
  r: number,
  row: { logits: Float64Array; powers: Float64Array },
): void {
  const M = means.length;
  const own = (start + r) * M;
  for (let m = 0; m < M; m++) {
    const z = logits[r * M + m] + means[m] + prompts[start + r];
    row.logits[m] = z;
    row.powers[m] = -Math.abs(z);
  }
  expEach(row.powers, row.powers, M);
  let loss = 0;
  let error = 0;
  let curvature = 0;
  // Σ ln(1 + e^−|z|) as the logarithm of a product: one for a row instead of one for each score
  let product = 1;
  for (let m = 0; m < M; m++) {
    const score = scores[own + m];
    errors[r * M + m] = 0;
    if (Number.isNaN(score)) continue;
    const z = row.logits[m];
    const power = row.powers[m];
    const p = z >= 0 ? 1 / (1 + power) : power / (1 + power);
    loss += Math.max(z, 0) - score * z;
    product *= 1 + power;
    if (product > largeProduct) {
      loss += Math.log(product);
      product = 1;
    }
    errors[r * M + m] = p - score;
    error += p - score;
    curvature += p * (1 - p);
    sums.meanErrors[m] += p - score;
    sums.meanCurvatures[m] += p * (1 - p);
  }
  sums.loss += loss + Math.log(product);
  sums.rowErrors[start + r] = error;
  sums.rowCurvatures[start + r] = curvature;
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
