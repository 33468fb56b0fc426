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
import {
  type KernelPoints,
  kernelMatrix,
  type Metric,
  projectedPoints,
  unitPoints,
  withSquares,
} from "./kernel-points.js";
import { learnMetric } from "./learn-metric.js";
import { noveltyRange } from "./novelty-range.js";
import { principalDirections } from "./principal-directions.js";
import { rankingLoss } from "./ranking-loss.js";

/** A fitted kernel regression with its share in the joint prediction: what core's `KernelRegression` computes. */
export interface FittedKernel {
  /** U (Q, D). */
  directions: Metric;
  /** L (K, Q), where one was learnt. */
  metric: Metric | null;
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
  /** (P, M) added to the networks' cost outputs: `fitKernelCosts`. */
  costs: Float32Array;
  /** Novelty up to which a prompt is familiar, and from which on it is not at all. */
  near: number;
  far: number;
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
 * models of the validation rows best (`rankingLoss`), then the weight beside the networks likewise; it may be 0, and the kernel is
 * then kept for costs and familiarity.
 */
export function fitKernelRegression(inputs: KernelInputs): Omit<FittedKernel, "costs"> {
  const { training, validation, anchors, anchorCount, models: M, dimensions: D } = inputs;
  const chooses = validation.scores.some((score) => !Number.isNaN(score));
  const settings = chooses ? grid : fallback.grid;
  const probabilities = shrunkMeans(training.scores, training.rows, M, inputs.prior);
  const scored: ScoredRows = { models: M, scores: training.scores, priorMeans: probabilities.map(boundedLogit) };
  const unit = unitPoints(training.embeddings, training.rows, D);
  const directions = principalDirections(unit);
  const plain: PartPoints = {
    training: projectedPoints(unit, directions),
    validation: projectedPoints(unitPoints(validation.embeddings, validation.rows, D), directions),
    anchors: projectedPoints(unitPoints(anchors, anchorCount, D), directions),
  };
  const covariance = estimateCovariance(plain, scored);

  const candidates = fitGrid(plain, null, scored, covariance, settings, inputs);
  const teacher = leastLoss(candidates);
  const metric = learnMetric(plain.training, plain.anchors, teacher.values, teacher.sharpness);
  const learnt: PartPoints = {
    training: projectedPoints(plain.training, metric),
    validation: projectedPoints(plain.validation, metric),
    anchors: projectedPoints(plain.anchors, metric),
  };
  candidates.push(...fitGrid(learnt, metric, scored, covariance, settings, inputs));
  const { loss: _, logits, ...best } = leastLoss(candidates);
  const fitted = { ...best, directions, ...noveltyRange(chooses ? plain.validation : plain.training) };
  if (!chooses) return { ...fitted, weight: fallback.weight };

  const losses = weights.map(
    (weight) => calibratedLoss(blendLogits(inputs.networkLogits, logits, weight), inputs).loss,
  );
  const weight = weights[losses.indexOf(Math.min(...losses))];
  return { ...fitted, weight };
}

/** Training rows, validation rows and anchors in one metric. */
interface PartPoints {
  training: KernelPoints;
  validation: KernelPoints;
  anchors: KernelPoints;
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
interface Candidate extends Omit<FittedKernel, "costs" | "directions" | "weight" | "near" | "far"> {
  loss: number;
  logits: Float32Array;
}

function fitGrid(
  points: PartPoints,
  metric: Metric | null,
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
        metric,
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

/** (R, P) weights of the anchors for embeddings (R, D). */
export function anchorWeights(
  { directions, metric, sharpness, anchors }: Pick<FittedKernel, "directions" | "metric" | "sharpness" | "anchors">,
  embeddings: Float32Array,
  rows: number,
): Float32Array {
  const plain = projectedPoints(unitPoints(embeddings, rows, embeddings.length / Math.max(1, rows)), directions);
  const points = metric === null ? plain : projectedPoints(plain, metric);
  return kernelMatrix(points, withSquares(anchors, anchors.length / points.width, points.width), sharpness);
}

/** (R, M) logits of the kernel regression alone. */
export function kernelLogits(
  kernel: Omit<FittedKernel, "costs" | "weight" | "near" | "far">,
  embeddings: Float32Array,
  rows: number,
): Float32Array {
  return logitsOf(anchorWeights(kernel, embeddings, rows), kernel.values, kernel.means);
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
