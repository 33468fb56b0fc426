import { matmul } from "@onehead/core";
import { calibrateQuality } from "../calibration/calibrate-quality.js";
import { shrunkMeans } from "../profiles/smoothed-profiles.js";
import type { LabelledRows } from "../trainer/member-trainer.js";
import { kernelBasis } from "./kernel-basis.js";
import {
  descendLogistic,
  type LogisticState,
  type ScoredRows,
  scaledCovariance,
  startLogistic,
  updateCovariance,
} from "./kernel-logistic.js";
import { type KernelPoints, kernelMatrix, type Metric, pointsOf } from "./kernel-points.js";
import { learnMetric } from "./learn-metric.js";
import { principalMetric } from "./principal-metric.js";
import { rankingLoss } from "./ranking-loss.js";

/** A fitted kernel regression with its share in the joint prediction: what core's `KernelRegression` computes. */
export interface FittedKernel extends Metric {
  /** γ. */
  sharpness: number;
  /** Share of its logit beside the networks' mean. */
  weight: number;
  /** (P, K) the anchors in the metric. */
  anchors: Float32Array;
  /** (P, M). */
  values: Float32Array;
  /** (M) logits far from every anchor. */
  means: Float32Array;
}

export interface KernelInputs {
  training: LabelledRows;
  validation: LabelledRows;
  /** (R, M) mean logits of the networks for the validation rows. */
  networkLogits: Float32Array;
  /** (P, D) embeddings of the anchors. */
  anchors: Float32Array;
  anchorCount: number;
  dimensions: number;
  models: number;
  /** Pseudo-counts of all models' mean in each model's mean. */
  prior: number;
}

/** What the models share may vary so much, as a share of the covariance that their scores suggest. */
const shared = 0.3;
/** γ, and how much the models may differ, as such a share. */
const grid = { sharpness: [1, 3], apart: [0.06, 0.2, 0.6, 2] };
const weights = [0, 0.25, 0.5, 0.75, 1];
/** Where there is no validation row to choose by. */
const fallback = { grid: { sharpness: [2], apart: [0.6] }, weight: 0.5 };
/** The covariance is estimated at this γ, in so many rounds of so many steps. */
const estimation = { sharpness: 2, rounds: 5, steps: 10 };
/** Descent steps at each point of the grid, each starting where the one before ended. */
const steps = 20;

/**
 * Fits logit_m(e) = μ_m + Σ_j w_j V_jm to all models' scores together (`descendLogistic`), in the principal directions of the
 * embeddings, and again in a metric learnt from that fit. Metric, γ and how far the models may differ are those that rank the
 * models of the validation rows best (`rankingLoss`), then the weight beside the networks likewise.
 *
 * @returns null when the networks alone are best
 */
export function fitKernelRegression(inputs: KernelInputs): FittedKernel | null {
  const { training, validation, models: M, dimensions: D } = inputs;
  const chooses = validation.scores.some((score) => !Number.isNaN(score));
  const settings = chooses ? grid : fallback.grid;
  const probabilities = shrunkMeans(training.scores, training.rows, M, inputs.prior);
  const scored: ScoredRows = { models: M, scores: training.scores, priorMeans: probabilities.map(boundedLogit) };
  const unit = pointsOf(training.embeddings, training.rows, D);
  const plain = principalMetric(unit);
  const first = pointsIn(inputs, plain);
  const covariance = estimateCovariance(first, scored);

  const candidates = fitGrid(first, plain, scored, covariance, settings, inputs);
  const teacher = leastLoss(candidates);
  const learnt = composed(learnMetric(first.training, first.anchors, teacher.values, teacher.sharpness), plain, D);
  candidates.push(...fitGrid(pointsIn(inputs, learnt), learnt, scored, covariance, settings, inputs));
  const { loss: _, logits, ...fitted } = leastLoss(candidates);
  if (!chooses) return { ...fitted, weight: fallback.weight };

  const losses = weights.map(
    (weight) => calibratedLoss(blendLogits(inputs.networkLogits, logits, weight), inputs).loss,
  );
  const weight = weights[losses.indexOf(Math.min(...losses))];
  return weight === 0 ? null : { ...fitted, weight };
}

/** Training rows, validation rows and anchors in one metric. */
interface PartPoints {
  training: KernelPoints;
  validation: KernelPoints;
  anchors: KernelPoints;
}

function pointsIn(
  { training, validation, anchors, anchorCount, dimensions }: KernelInputs,
  metric: Metric,
): PartPoints {
  return {
    training: pointsOf(training.embeddings, training.rows, dimensions, metric),
    validation: pointsOf(validation.embeddings, validation.rows, dimensions, metric),
    anchors: pointsOf(anchors, anchorCount, dimensions, metric),
  };
}

function estimateCovariance(points: PartPoints, scored: ScoredRows): Float64Array {
  const { sharpness, rounds, steps: each } = estimation;
  const M = scored.models;
  const basis = kernelBasis(
    kernelMatrix(points.training, points.anchors, sharpness),
    kernelMatrix(points.anchors, points.anchors, sharpness),
  );
  // to begin with, models share as much as they differ
  let covariance: Float64Array = Float64Array.from({ length: M * M }, (_, i) => (i % (M + 1) === 0 ? 1.2 : 0.5));
  let state = startLogistic(basis, scored);
  for (let round = 0; round < rounds; round++) {
    state = descendLogistic(basis, scored, covariance, state, each);
    covariance = updateCovariance(basis, scored, covariance, state);
  }
  return covariance;
}

/** A fit with its validation logits (R, M), calibrated, and their ranking loss. */
interface Candidate extends Omit<FittedKernel, "weight"> {
  loss: number;
  logits: Float32Array;
}

function fitGrid(
  points: PartPoints,
  metric: Metric,
  scored: ScoredRows,
  covariance: Float64Array,
  settings: Readonly<Record<"sharpness" | "apart", readonly number[]>>,
  inputs: KernelInputs,
): Candidate[] {
  const candidates: Candidate[] = [];
  const M = scored.models;
  for (const sharpness of settings.sharpness) {
    const basis = kernelBasis(
      kernelMatrix(points.training, points.anchors, sharpness),
      kernelMatrix(points.anchors, points.anchors, sharpness),
    );
    const held = kernelMatrix(points.validation, points.anchors, sharpness);
    let state: LogisticState = startLogistic(basis, scored);
    for (const apart of settings.apart) {
      state = descendLogistic(basis, scored, scaledCovariance(covariance, M, shared, apart), state, steps);
      const values = new Float32Array(points.anchors.rows * M);
      matmul(values, basis.toAnchors, state.coefficients, points.anchors.rows, basis.width, M);
      const raw = logitsOf(held, values, state.means);
      const { loss, temperature, bias, logits } = calibratedLoss(raw, inputs);
      candidates.push({
        ...metric,
        sharpness,
        anchors: points.anchors.values,
        // on the scale of the networks' logits, so that their mean is one of equals
        values: values.map((value) => value / temperature),
        means: Float32Array.from(state.means, (mean) => mean / temperature + bias),
        loss,
        logits,
      });
    }
  }
  return candidates;
}

function calibratedLoss(logits: Float32Array, { validation, models }: KernelInputs) {
  const { temperature, bias } = calibrateQuality(logits, validation.scores);
  const calibrated = logits.map((logit) => logit / temperature + bias);
  return { temperature, bias, logits: calibrated, loss: rankingLoss(calibrated, validation.scores, models) };
}

function leastLoss(candidates: readonly Candidate[]): Candidate {
  return candidates.reduce((best, candidate) => (candidate.loss < best.loss ? candidate : best));
}

/** inner · outer: first the outer metric, then the inner one. */
function composed(inner: Metric, outer: Metric, D: number): Metric {
  const projection = new Float32Array(inner.width * D);
  matmul(projection, inner.projection, outer.projection, inner.width, outer.width, D);
  return { width: inner.width, projection };
}

/** (R, M) logits of the kernel regression alone. */
export function kernelLogits(
  kernel: Omit<FittedKernel, "weight">,
  embeddings: Float32Array,
  rows: number,
): Float32Array {
  const D = kernel.projection.length / kernel.width;
  const P = kernel.anchors.length / kernel.width;
  const squares = Float32Array.from({ length: P }, (_, j) => {
    let sum = 0;
    for (let k = j * kernel.width; k < (j + 1) * kernel.width; k++) sum += kernel.anchors[k] ** 2;
    return sum;
  });
  const centres = { rows: P, width: kernel.width, values: kernel.anchors, squares };
  const matrix = kernelMatrix(pointsOf(embeddings, rows, D, kernel), centres, kernel.sharpness);
  return logitsOf(matrix, kernel.values, kernel.means);
}

/** (1 − weight) · networks + weight · kernel. */
export function blendLogits(networks: Float32Array, kernel: Float32Array, weight: number): Float32Array {
  return networks.map((value, i) => (1 - weight) * value + weight * kernel[i]);
}

/** (R, M): kernel (R, P) times values (P, M), and the means. */
function logitsOf(kernel: Float32Array, values: Float32Array, means: ArrayLike<number>): Float32Array {
  const M = means.length;
  const P = values.length / M;
  const rows = kernel.length / P;
  const logits = new Float32Array(rows * M);
  matmul(logits, kernel, values, rows, P, M);
  for (let i = 0; i < logits.length; i++) logits[i] += means[i % M];
  return logits;
}

/** ln(p / (1 − p)), p held within [0.02, 0.98]. */
function boundedLogit(p: number): number {
  const held = Math.min(0.98, Math.max(0.02, p));
  return Math.log(held / (1 - held));
}
