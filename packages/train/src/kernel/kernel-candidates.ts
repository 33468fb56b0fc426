import { calibrateQuality } from "../calibration/calibrate-quality.js";
import type { TaskContext } from "../workers/task-context.js";
import { kernelBasis } from "./kernel-basis.js";
import { KernelLogistic, type LogisticState, type ScoredRows, scaledCovariance } from "./kernel-logistic.js";
import { logitsOf } from "./kernel-logits.js";
import { type KernelPoints, kernelMatrix } from "./kernel-points.js";
import { rankingLoss } from "./ranking-loss.js";

/** Training rows, validation rows and anchors in one metric. */
export interface PartPoints {
  training: KernelPoints;
  validation: KernelPoints;
  anchors: KernelPoints;
}

/** What the models share may vary so much, as a share of the covariance that their scores suggest. */
const shared = 0.3;
/** The covariance is estimated at this γ, in so many rounds of so many steps. */
const estimation = { sharpness: 2, rounds: 5, steps: 10 };
/** Descent steps at each covariance, each starting where the one before ended. */
const steps = 20;

export interface CovarianceInputs {
  points: PartPoints;
  scored: ScoredRows;
}

/** B (M, M): how the models' coefficients vary together, by expectation maximisation. */
export async function estimateCovariance(
  { points, scored }: CovarianceInputs,
  context: TaskContext,
): Promise<Float64Array> {
  const { sharpness, rounds, steps: each } = estimation;
  const M = scored.models;
  const regression = new KernelLogistic(basisOf(points, sharpness, context), scored, context.backend);
  // to begin with, models share as much as they differ
  let covariance: Float64Array = Float64Array.from({ length: M * M }, (_, i) => (i % (M + 1) === 0 ? 1.2 : 0.5));
  let state = regression.start();
  for (let round = 0; round < rounds; round++) {
    state = regression.descend(covariance, state, each);
    covariance = regression.updateCovariance(covariance, state);
    await context.pause();
  }
  return covariance;
}

export interface CandidateInputs extends CovarianceInputs {
  covariance: Float64Array;
  sharpness: number;
  /** How far the models may differ, as shares of the covariance. */
  apart: readonly number[];
  /** (R, M) of the validation rows. */
  heldScores: Float32Array;
}

/** A fit with its validation logits (R, M), calibrated, and their ranking loss. */
export interface KernelCandidate {
  sharpness: number;
  /** (P, M) and (M), on the scale of the networks' logits, so that their mean is one of equals. */
  values: Float32Array;
  means: Float32Array;
  loss: number;
  logits: Float32Array;
}

/** The fits of one γ, each of which starts where the one before ended. */
export async function fitCandidates(
  { points, scored, covariance, sharpness, apart, heldScores }: CandidateInputs,
  context: TaskContext,
): Promise<KernelCandidate[]> {
  const M = scored.models;
  const P = points.anchors.rows;
  const { products } = context;
  const basis = basisOf(points, sharpness, context);
  const regression = new KernelLogistic(basis, scored, context.backend);
  const held = kernelMatrix(points.validation, points.anchors, sharpness, products);
  const candidates: KernelCandidate[] = [];
  let state: LogisticState = regression.start();
  for (const share of apart) {
    await context.pause();
    state = regression.descend(scaledCovariance(covariance, M, shared, share), state, steps);
    const values = new Float32Array(P * M);
    products.matmul(values, basis.toAnchors, state.coefficients, P, basis.width, M);
    const raw = logitsOf(held, values, state.means, products);
    const { loss, temperature, bias, logits } = calibratedLoss(raw, heldScores, M);
    candidates.push({
      sharpness,
      values: values.map((value) => value / temperature),
      means: Float32Array.from(state.means, (mean) => mean / temperature + bias),
      loss,
      logits,
    });
  }
  return candidates;
}

function basisOf({ training, anchors }: PartPoints, sharpness: number, { products }: TaskContext) {
  return kernelBasis(
    kernelMatrix(training, anchors, sharpness, products),
    kernelMatrix(anchors, anchors, sharpness, products),
    products,
  );
}

/** Logits (R, M) calibrated to the scores, and what is left of their ranking loss. */
export function calibratedLoss(logits: Float32Array, scores: Float32Array, M: number) {
  const { temperature, bias } = calibrateQuality(logits, scores);
  const calibrated = logits.map((logit) => logit / temperature + bias);
  return { temperature, bias, logits: calibrated, loss: rankingLoss(calibrated, scores, M) };
}
