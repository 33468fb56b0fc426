import { matmul } from "@onehead/core";
import { fitKernelRidge, kernelMargin } from "@onehead/core/training";
import { shrunkMeans } from "../profiles/smoothed-profiles.js";
import type { LabelledRows } from "../trainer/member-trainer.js";
import { type KernelPoints, kernelMatrix, type Metric, pointsOf } from "./kernel-points.js";
import { learnMetric } from "./learn-metric.js";

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

// γ, the ridge of what all models share, and the ridge of what is a model's own
const grid = { sharpness: [0.3, 1, 3], shared: [3, 10, 30, 100], own: [3, 10, 30, 100, 300] };
const weights = [0, 0.125, 0.25, 0.375, 0.5, 0.625, 0.75, 0.875, 1];
/** Where there is no validation row to choose by. */
const fallback = { grid: { sharpness: [1], shared: [30], own: [30] }, weight: 0.25 };

/**
 * Fits s_m(e) = μ_m + f₀(e) + f_m(e) by kernel ridge regression on the anchors: first f₀, the difficulty that all models
 * share, on each row's mean residual, then what is left for every model alone. A first fit on plain distances teaches the
 * metric of the second. Sharpness and ridges are those of least validation log loss, then the weight beside the networks
 * likewise.
 *
 * @returns null when the networks alone are best
 */
export function fitKernelRegression(inputs: KernelInputs): FittedKernel | null {
  const { training, validation, models: M, dimensions: D } = inputs;
  const means = Float32Array.from(shrunkMeans(training.scores, training.rows, M, inputs.prior));
  const chooses = validation.scores.some((score) => !Number.isNaN(score));
  const settings = chooses ? grid : fallback.grid;
  const plain = pointsIn(inputs);
  const first = fitBest(plain, inputs, means, settings);
  const metric = learnMetric(plain.training, plain.anchors, first.values, first.sharpness);
  const learnt = pointsIn(inputs, metric);
  const { sharpness, values } = fitBest(learnt, inputs, means, settings);
  const fitted = { ...metric, sharpness, anchors: learnt.anchors.values, values, means, weight: fallback.weight };
  if (!chooses) return fitted;
  const logits = kernelLogits(fitted, validation.embeddings, validation.rows);
  const losses = weights.map((weight) =>
    logLoss(blendLogits(inputs.networkLogits, logits, weight).map(sigmoid), validation.scores),
  );
  const weight = weights[losses.indexOf(Math.min(...losses))];
  return weight === 0 ? null : { ...fitted, weight };

  function pointsIn({ anchors, anchorCount }: KernelInputs, own?: Metric): PartPoints {
    return {
      training: pointsOf(training.embeddings, training.rows, D, own),
      validation: pointsOf(validation.embeddings, validation.rows, D, own),
      anchors: pointsOf(anchors, anchorCount, D, own),
    };
  }
}

/** Training rows, validation rows and anchors in one metric. */
interface PartPoints {
  training: KernelPoints;
  validation: KernelPoints;
  anchors: KernelPoints;
}

/** The values (P, M) of least validation log loss; of the only setting where nothing is left to choose. */
function fitBest(
  points: PartPoints,
  { training, validation, models: M }: KernelInputs,
  means: Float32Array,
  settings: Readonly<Record<"sharpness" | "shared" | "own", readonly number[]>>,
): { sharpness: number; values: Float32Array } {
  const residuals = training.scores.map((score, i) => score - means[i % M]);
  const known = knownPerRow(training.scores, M);
  const rowMeans = Float32Array.from(known, (n, r) => rowMean(residuals, r, M, n));
  let best: { loss: number; sharpness: number; values: Float32Array } | undefined;
  for (const sharpness of settings.sharpness) {
    const kernel = kernelMatrix(points.training, points.anchors, sharpness);
    const held = kernelMatrix(points.validation, points.anchors, sharpness);
    const W = kernelMatrix(points.anchors, points.anchors, sharpness);
    const shared = fitKernelRidge(kernel, rowMeans, 1, W, settings.shared, known);
    for (const values of fitOwn(kernel, residuals, shared, M, W, settings.own)) {
      const loss = logLoss(probabilities(held, values, means), validation.scores);
      if (best === undefined || loss < best.loss) best = { loss, sharpness, values };
    }
  }
  return best!;
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
  return probabilities(matrix, kernel.values, kernel.means).map(logit);
}

/** (1 − weight) · networks + weight · kernel. */
export function blendLogits(networks: Float32Array, kernel: Float32Array, weight: number): Float32Array {
  return networks.map((value, i) => (1 - weight) * value + weight * kernel[i]);
}

/**
 * Fits what each shared part leaves for every model alone, and adds the shared part to it.
 *
 * @param shared (P, 1) values of the shared part, any number of variants
 * @returns (P, M) values for every variant and ridge
 */
function fitOwn(
  kernel: Float32Array,
  residuals: Float32Array,
  shared: readonly Float32Array[],
  M: number,
  W: Float32Array,
  ridges: readonly number[],
): Float32Array[] {
  // all variants side by side: known in the same rows, they share the factorisations
  const columns = shared.length * M;
  const targets = new Float32Array((residuals.length / M) * columns);
  shared.forEach((common, v) => {
    const difficulty = kernelSums(kernel, common, 1);
    for (let r = 0; r < difficulty.length; r++) {
      for (let m = 0; m < M; m++) targets[r * columns + v * M + m] = residuals[r * M + m] - difficulty[r];
    }
  });
  return fitKernelRidge(kernel, targets, columns, W, ridges).flatMap((fit) =>
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

/** (R, C) sums: kernel (R, P) times values (P, C). */
function kernelSums(kernel: Float32Array, values: Float32Array, columns: number): Float32Array {
  const P = values.length / columns;
  const rows = kernel.length / P;
  const out = new Float32Array(rows * columns);
  matmul(out, kernel, values, rows, P, columns);
  return out;
}

function probabilities(kernel: Float32Array, values: Float32Array, means: Float32Array): Float32Array {
  const M = means.length;
  return kernelSums(kernel, values, M).map((sum, i) =>
    Math.min(1 - kernelMargin, Math.max(kernelMargin, sum + means[i % M])),
  );
}

/** Sum over known scores of the log loss. */
function logLoss(predicted: Float32Array, scores: Float32Array): number {
  let loss = 0;
  for (let i = 0; i < scores.length; i++) {
    if (Number.isNaN(scores[i])) continue;
    const p = Math.min(1 - 1e-6, Math.max(1e-6, predicted[i]));
    loss -= scores[i] * Math.log(p) + (1 - scores[i]) * Math.log(1 - p);
  }
  return loss;
}

const sigmoid = (z: number): number => 1 / (1 + Math.exp(-z));
const logit = (p: number): number => Math.log(p / (1 - p));

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
