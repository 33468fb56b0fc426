import { shrunkMeans } from "../rows/shrunk-means.js";
import type { LabelledRows } from "../trainer/member-trainer.js";
import type { TaskRunner } from "../workers/tasks.js";
import { calibratedLoss, type KernelCandidate, type PartPoints } from "./kernel-candidates.js";
import type { ScoredRows } from "./kernel-logistic.js";
import { blendLogits } from "./kernel-logits.js";
import { type KernelPoints, type Metric, projectedPoints, unitPoints } from "./kernel-points.js";
import { learnMetric } from "./learn-metric.js";
import { noveltyRange } from "./novelty-range.js";
import { principalDirections } from "./principal-directions.js";

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
  /** (P, D) embeddings of the anchors. */
  anchors: Float32Array;
  anchorCount: number;
  dimensions: number;
  models: number;
  /** Pseudo-counts of all models' mean in each model's mean. */
  prior: number;
}

/** γ, and how much the models may differ, as such a share. */
const grid = { sharpness: [1, 3], apart: [0.06, 0.2, 0.6, 2] };
const weights = [0, 0.25, 0.5, 0.75, 1];
/** Where there is no validation row to choose by. */
const fallback = { grid: { sharpness: [2], apart: [0.6] }, weight: 0.5 };
/** A fit that is not weighed against the networks yet, with its calibrated logits (R, M) for the validation rows. */
export interface KernelFit extends Omit<FittedKernel, "costs" | "weight"> {
  logits: Float32Array;
}

/**
 * Fits logit_m(e) = μ_m + Σ_j w_j V_jm to all models' scores together (`KernelLogistic`), in the principal directions of the
 * embeddings, and again in a metric learnt from that fit. Metric, γ and how far the models may differ are those that rank the
 * models of the validation rows best (`rankingLoss`).
 *
 * @param tasks runs what of it needs nothing but its input
 */
export async function fitKernelRegression(inputs: KernelInputs, tasks: TaskRunner): Promise<KernelFit> {
  const { training, validation, anchors, anchorCount, models: M, dimensions: D } = inputs;
  const { products, pause } = tasks.local;
  const chooses = canChoose(validation);
  const settings = chooses ? grid : fallback.grid;
  const probabilities = shrunkMeans(training.scores, training.rows, M, inputs.prior);
  const scored: ScoredRows = { models: M, scores: training.scores, priorMeans: probabilities.map(boundedLogit) };
  const unit = unitPoints(training.embeddings, training.rows, D);
  const directions = principalDirections(unit, products);
  const projected = (points: KernelPoints): KernelPoints => projectedPoints(points, directions, products);
  const plain: PartPoints = {
    training: projected(unit),
    validation: projected(unitPoints(validation.embeddings, validation.rows, D)),
    anchors: projected(unitPoints(anchors, anchorCount, D)),
  };
  await pause();
  const covariance = await tasks.run("estimateCovariance", { points: plain, scored });

  const { apart, sharpness: sharpnesses } = settings;
  const candidatesOf = async (points: PartPoints): Promise<KernelCandidate[]> => {
    const shared = { points, scored, covariance, apart, heldScores: validation.scores };
    return (
      await Promise.all(sharpnesses.map((sharpness) => tasks.run("fitCandidates", { ...shared, sharpness })))
    ).flat();
  };
  const inDirections = await candidatesOf(plain);
  const teacher = leastLoss(inDirections);
  const metric = learnMetric(plain.training, plain.anchors, teacher.values, teacher.sharpness, products);
  await pause();
  const inMetric = (points: KernelPoints): KernelPoints => projectedPoints(points, metric, products);
  const learnt: PartPoints = {
    training: inMetric(plain.training),
    validation: inMetric(plain.validation),
    anchors: inMetric(plain.anchors),
  };
  const inLearntMetric = await candidatesOf(learnt);
  const { loss: _, ...best } = leastLoss([...inDirections, ...inLearntMetric]);
  const isLearnt = inLearntMetric.some(({ logits }) => logits === best.logits);
  return {
    ...best,
    metric: isLearnt ? metric : null,
    anchors: (isLearnt ? learnt : plain).anchors.values,
    directions,
    ...noveltyRange(chooses ? plain.validation : plain.training),
  };
}

/**
 * The weight beside the networks that ranks the models of the validation rows best. It may be 0: the kernel is then kept for costs and
 * familiarity.
 *
 * @param networkLogits (R, M) mean logits of the networks for the validation rows
 */
export function weighKernel(
  { logits, ...fit }: KernelFit,
  networkLogits: Float32Array,
  { validation, models }: Pick<KernelInputs, "validation" | "models">,
): Omit<FittedKernel, "costs"> {
  if (!canChoose(validation)) return { ...fit, weight: fallback.weight };
  const losses = weights.map(
    (weight) => calibratedLoss(blendLogits(networkLogits, logits, weight), validation.scores, models).loss,
  );
  return { ...fit, weight: weights[losses.indexOf(Math.min(...losses))] };
}

function canChoose({ scores }: LabelledRows): boolean {
  return scores.some((score) => !Number.isNaN(score));
}

function leastLoss(candidates: readonly KernelCandidate[]): KernelCandidate {
  return candidates.reduce((best, candidate) => (candidate.loss < best.loss ? candidate : best));
}

/** ln(p / (1 − p)), p held within [0.02, 0.98]. */
function boundedLogit(p: number): number {
  const held = Math.min(0.98, Math.max(0.02, p));
  return Math.log(held / (1 - held));
}
