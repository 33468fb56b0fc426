import { matmul } from "@onehead/core";
import { fitKernelRidge, kernelMargin } from "@onehead/core/training";
import { shrunkMeans } from "../profiles/smoothed-profiles.js";
import { pickLabelled } from "../rows/pick-labelled.js";
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
  rows: LabelledRows;
  /** (R) the fold whose fits leave the row out, from 0; −1 for a row that every fit sees. */
  folds: Int32Array;
  foldCount: number;
  /** (R, M) logits of networks that have not seen the row; read where `folds` is not −1. */
  networkLogits: Float32Array;
  /** (P, D) embeddings of the anchors. */
  anchors: Float32Array;
  anchorCount: number;
  dimensions: number;
  models: number;
  /** Pseudo-counts of all models' mean in each model's mean. */
  prior: number;
}

export interface KernelFit {
  /** Fitted to all rows; null when the networks alone are best. */
  kernel: FittedKernel | null;
  /** (R, M) logits of fits that have not seen the row; 0 where every fit has. */
  logits: Float32Array;
}

/** γ, the ridge of what all models share, and the ridge of what is a model's own. */
interface Ridges {
  sharpness: number;
  shared: number;
  own: number;
}

const grid = { sharpness: [0.3, 1, 3], shared: [3, 10, 30, 100], own: [3, 10, 30, 100, 300] };
const weights = [0, 0.125, 0.25, 0.375, 0.5, 0.625, 0.75, 0.875, 1];
/** Where no row is left out, there is nothing to choose by. */
const fallback = { ridges: { sharpness: 1, shared: 30, own: 30 }, weight: 0.25 };

/**
 * Fits s_m(e) = μ_m + f₀(e) + f_m(e) by kernel ridge regression on the anchors: first f₀, the difficulty that all models
 * share, on each row's mean residual, then what is left for every model alone. A first fit on plain distances teaches the
 * metric of the second. Sharpness and ridges are those of least log loss on left-out rows, then the weight beside the
 * networks likewise; in the end all rows are fitted.
 */
export function fitKernelRegression(inputs: KernelInputs): KernelFit {
  const { rows, folds, foldCount, models: M } = inputs;
  const everyRow = Int32Array.from(folds, (_, r) => r);
  const splits = Array.from({ length: foldCount }, (_, f) => ({
    fitted: split(
      inputs,
      everyRow.filter((r) => folds[r] !== f),
    ),
    leftOut: everyRow.filter((r) => folds[r] === f),
  }));
  const whole = split(inputs, everyRow);
  const chooses = splits.some(({ leftOut }) => hasLabel(rows.scores, leftOut, M));

  const first = chooses ? leastLoss(inputs, splits) : fallback.ridges;
  for (const part of [...splits.map(({ fitted }) => fitted), whole]) part.metric = metricOf(part, first, inputs);
  const second = chooses ? leastLoss(inputs, splits) : fallback.ridges;
  const values = fitVariants(whole, second.sharpness, [second.shared], [second.own], inputs)[0];
  const { metric, means } = whole;
  if (metric === undefined) throw new Error("unreachable: the metric was set above");
  const anchors = pointsOf(inputs.anchors, inputs.anchorCount, inputs.dimensions, metric).values;
  const kernel = { ...metric, sharpness: second.sharpness, anchors, values, means };
  if (!chooses) return { kernel: { ...kernel, weight: fallback.weight }, logits: new Float32Array(rows.rows * M) };

  const logits = new Float32Array(rows.rows * M);
  for (const { fitted, leftOut } of splits) {
    const [own] = fitVariants(fitted, second.sharpness, [second.shared], [second.own], inputs);
    const predicted = probabilities(leftOutKernel(fitted, leftOut, second.sharpness, inputs), own, fitted.means);
    leftOut.forEach((r, i) => {
      for (let m = 0; m < M; m++) logits[r * M + m] = logit(predicted[i * M + m]);
    });
  }
  const weight = leastLossWeight(inputs, logits);
  return { kernel: weight === 0 ? null : { ...kernel, weight }, logits };
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

/** Rows that one fit sees; the metric comes with the second fit. */
interface FittedPart {
  rows: LabelledRows;
  means: Float32Array;
  /** (R) labels of each row. */
  known: Float32Array;
  metric?: Metric;
}

function split({ rows, models: M, prior }: KernelInputs, picked: Int32Array): FittedPart {
  const own = pickLabelled(rows, picked);
  return {
    rows: own,
    means: Float32Array.from(shrunkMeans(own.scores, own.rows, M, prior)),
    known: knownPerRow(own.scores, M),
  };
}

function metricOf(part: FittedPart, { sharpness, shared, own }: Ridges, inputs: KernelInputs): Metric {
  const [values] = fitVariants(part, sharpness, [shared], [own], inputs);
  const { dimensions: D } = inputs;
  return learnMetric(
    pointsOf(part.rows.embeddings, part.rows.rows, D),
    pointsOf(inputs.anchors, inputs.anchorCount, D),
    values,
    sharpness,
  );
}

/** The settings of least log loss, summed over the rows that each split leaves out. */
function leastLoss(inputs: KernelInputs, splits: ReadonlyArray<{ fitted: FittedPart; leftOut: Int32Array }>): Ridges {
  const { rows } = inputs;
  let best = { loss: Number.POSITIVE_INFINITY, ridges: fallback.ridges };
  for (const sharpness of grid.sharpness) {
    const losses = new Float64Array(grid.shared.length * grid.own.length);
    for (const { fitted, leftOut } of splits) {
      const kernel = leftOutKernel(fitted, leftOut, sharpness, inputs);
      const scores = pickLabelled(rows, leftOut).scores;
      fitVariants(fitted, sharpness, grid.shared, grid.own, inputs).forEach((values, v) => {
        losses[v] += logLoss(probabilities(kernel, values, fitted.means), scores);
      });
    }
    losses.forEach((loss, v) => {
      if (!(loss < best.loss)) return;
      const own = grid.own[Math.floor(v / grid.shared.length)];
      best = { loss, ridges: { sharpness, shared: grid.shared[v % grid.shared.length], own } };
    });
  }
  return best.ridges;
}

function leastLossWeight({ rows, folds, networkLogits, models: M }: KernelInputs, logits: Float32Array): number {
  // rows that no fit left out have no say
  const scores = rows.scores.map((score, i) => (folds[Math.floor(i / M)] >= 0 ? score : Number.NaN));
  const losses = weights.map((weight) => logLoss(blendLogits(networkLogits, logits, weight).map(sigmoid), scores));
  return weights[losses.indexOf(Math.min(...losses))];
}

function centres(part: FittedPart, inputs: KernelInputs): KernelPoints {
  return pointsOf(inputs.anchors, inputs.anchorCount, inputs.dimensions, part.metric);
}

/** (left-out rows, P). */
function leftOutKernel(part: FittedPart, leftOut: Int32Array, sharpness: number, inputs: KernelInputs): Float32Array {
  const { embeddings, rows } = pickLabelled(inputs.rows, leftOut);
  return kernelMatrix(pointsOf(embeddings, rows, inputs.dimensions, part.metric), centres(part, inputs), sharpness);
}

/**
 * Fits the shared part, then what each of its variants leaves for every model alone, and adds the two.
 *
 * @returns (P, M) values for every own ridge and, within it, every shared ridge
 */
function fitVariants(
  part: FittedPart,
  sharpness: number,
  sharedRidges: readonly number[],
  ownRidges: readonly number[],
  inputs: KernelInputs,
): Float32Array[] {
  const { rows, means, known } = part;
  const { models: M, dimensions: D } = inputs;
  const anchors = centres(part, inputs);
  const kernel = kernelMatrix(pointsOf(rows.embeddings, rows.rows, D, part.metric), anchors, sharpness);
  const W = kernelMatrix(anchors, anchors, sharpness);
  const residuals = rows.scores.map((score, i) => score - means[i % M]);
  const rowMeans = Float32Array.from(known, (n, r) => rowMean(residuals, r, M, n));
  const shared = fitKernelRidge(kernel, rowMeans, 1, W, sharedRidges, known);

  // all variants side by side: known in the same rows, they share the factorisations
  const columns = shared.length * M;
  const targets = new Float32Array(rows.rows * columns);
  shared.forEach((common, v) => {
    const difficulty = kernelSums(kernel, common, 1);
    for (let r = 0; r < rows.rows; r++) {
      for (let m = 0; m < M; m++) targets[r * columns + v * M + m] = residuals[r * M + m] - difficulty[r];
    }
  });
  return fitKernelRidge(kernel, targets, columns, W, ownRidges).flatMap((fit) =>
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

function hasLabel(scores: Float32Array, rows: Int32Array, M: number): boolean {
  return rows.some((r) => scores.subarray(r * M, (r + 1) * M).some((score) => !Number.isNaN(score)));
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
