import { kernelMargin, unitRows } from "@onehead/core/training";
import { shrunkMeans } from "../profiles/smoothed-profiles.js";
import type { LabelledRows } from "../trainer/member-trainer.js";
import { fitKernelRidge, type KernelRows, kernelOf, kernelSums } from "./kernel-ridge.js";

/** A fitted kernel regression with its share in the joint prediction: what core's `KernelRegression` computes. */
export interface FittedKernel {
  /** γ. */
  sharpness: number;
  /** Share of its logit beside the networks' mean. */
  weight: number;
  /** (P, D), rows of length 1. */
  anchors: Float32Array;
  /** (P, M). */
  values: Float32Array;
  /** (M). */
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

// γ, the ridge of what all models share, the ridge of what is a model's own, and the weight beside the networks
const sharpnesses = [1, 2, 4];
const sharedRidges = [3, 10, 30, 100];
const ownRidges = [1, 3, 10, 30, 100, 300];
const weights = [0, 0.125, 0.25, 0.375, 0.5, 0.625, 0.75, 0.875, 1];
/** Where there is no validation row to choose by. */
const fallback = { sharpness: 2, sharedRidge: 30, ownRidge: 10, weight: 0.25 };

/**
 * Fits s_m(e) = μ_m + f₀(e) + f_m(e) by kernel ridge regression on the anchors: first f₀, the difficulty that all models
 * share, on each row's mean residual, then what is left for every model alone. Sharpness and ridges are those of least
 * validation log loss, then the weight beside the networks likewise.
 *
 * @returns null when the networks alone are best
 */
export function fitKernelRegression(inputs: KernelInputs): FittedKernel | null {
  const { training, validation, models: M, anchorCount: P, dimensions: D } = inputs;
  const anchors = new Float32Array(P * D);
  unitRows(anchors, inputs.anchors, P, D);
  const means = Float32Array.from(shrunkMeans(training.scores, training.rows, M, inputs.prior));
  const known = knownPerRow(training.scores, M);
  const chooses = validation.scores.some((score) => !Number.isNaN(score));
  let best: { loss: number; sharpness: number; values: Float32Array } | undefined;
  for (const sharpness of chooses ? sharpnesses : [fallback.sharpness]) {
    const rows = kernelOf(training.embeddings, training.rows, anchors, P, D, sharpness);
    const held = kernelOf(validation.embeddings, validation.rows, anchors, P, D, sharpness);
    const W = kernelOf(anchors, P, anchors, P, D, sharpness).kernel;
    const residuals = training.scores.map((score, i) => score - means[i % M]);
    const rowMeans = Float32Array.from(known, (n, r) => rowMean(residuals, r, M, n));
    const shared = fitKernelRidge(rows, rowMeans, 1, W, chooses ? sharedRidges : [fallback.sharedRidge], known);
    const own = fitOwn(rows, residuals, shared, M, W, chooses ? ownRidges : [fallback.ownRidge]);
    for (const values of own) {
      const loss = chooses ? logLoss(probabilities(held, values, means), validation.scores) : 0;
      if (best === undefined || loss < best.loss) best = { loss, sharpness, values };
    }
  }
  const { sharpness, values } = best!;
  const fitted = { sharpness, anchors, values, means, weight: fallback.weight };
  if (!chooses) return fitted;
  const logits = kernelLogits(fitted, validation.embeddings, validation.rows);
  const losses = weights.map((weight) => {
    const blended = blendLogits(inputs.networkLogits, logits, weight);
    return logLoss(
      blended.map((z) => 1 / (1 + Math.exp(-z))),
      validation.scores,
    );
  });
  const weight = weights[losses.indexOf(Math.min(...losses))];
  return weight === 0 ? null : { ...fitted, weight };
}

/** (R, M) logits of the kernel regression alone. */
export function kernelLogits(
  { sharpness, anchors, values, means }: Omit<FittedKernel, "weight">,
  embeddings: Float32Array,
  rows: number,
): Float32Array {
  const P = values.length / means.length;
  const D = anchors.length / P;
  return probabilities(kernelOf(embeddings, rows, anchors, P, D, sharpness), values, means).map((p) =>
    Math.log(p / (1 - p)),
  );
}

/** (1 − weight) · networks + weight · kernel. */
export function blendLogits(networks: Float32Array, kernel: Float32Array, weight: number): Float32Array {
  return networks.map((logit, i) => (1 - weight) * logit + weight * kernel[i]);
}

/**
 * Fits what each shared part leaves for every model alone, and adds the shared part to it.
 *
 * @param shared (P, 1) values of the shared part, any number of variants
 * @returns (P, M) values for every variant and ridge
 */
function fitOwn(
  rows: KernelRows,
  residuals: Float32Array,
  shared: readonly Float32Array[],
  M: number,
  W: Float32Array,
  ridges: readonly number[],
): Float32Array[] {
  // all variants side by side: known in the same rows, they share the factorisations
  const columns = shared.length * M;
  const targets = new Float32Array(rows.rows * columns);
  shared.forEach((common, v) => {
    const difficulty = kernelSums(rows, common, 1);
    for (let r = 0; r < rows.rows; r++) {
      for (let m = 0; m < M; m++) targets[r * columns + v * M + m] = residuals[r * M + m] - difficulty[r];
    }
  });
  return fitKernelRidge(rows, targets, columns, W, ridges).flatMap((fit) =>
    shared.map((common, v) => {
      const values = new Float32Array(common.length * M);
      for (let i = 0; i < values.length; i++) {
        const j = Math.floor(i / M);
        values[i] = fit[j * columns + v * M + (i % M)] + common[j];
      }
      return values;
    }),
  );
}

function probabilities(rows: KernelRows, values: Float32Array, means: Float32Array): Float32Array {
  const M = means.length;
  return kernelSums(rows, values, M).map((sum, i) =>
    Math.min(1 - kernelMargin, Math.max(kernelMargin, sum + means[i % M])),
  );
}

/** Mean log loss of known scores. */
function logLoss(predicted: Float32Array, scores: Float32Array): number {
  let loss = 0;
  let labels = 0;
  for (let i = 0; i < scores.length; i++) {
    if (Number.isNaN(scores[i])) continue;
    const p = Math.min(1 - 1e-6, Math.max(1e-6, predicted[i]));
    loss -= scores[i] * Math.log(p) + (1 - scores[i]) * Math.log(1 - p);
    labels++;
  }
  return labels > 0 ? loss / labels : 0;
}

function knownPerRow(scores: Float32Array, M: number): Float32Array {
  const known = new Float32Array(scores.length / M);
  for (let i = 0; i < scores.length; i++) if (!Number.isNaN(scores[i])) known[Math.floor(i / M)]++;
  return known;
}

/** NaN for a row without a score. */
function rowMean(values: Float32Array, row: number, M: number, known: number): number {
  let sum = 0;
  for (let m = 0; m < M; m++) {
    const value = values[row * M + m];
    if (!Number.isNaN(value)) sum += value;
  }
  return sum / known;
}
