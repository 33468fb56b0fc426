import { shrunkMeans } from "../rows/shrunk-means.js";
import type { LabelledRows } from "../trainer/member-trainer.js";

/** (M) what training starts from: the models' means. */
export interface StartingBiases {
  /** Logit of the mean score, shrunk to the mean of all models. */
  qualityBias: Float32Array;
  /** Mean cost target, shrunk to the mean of the models of its kind. */
  costBias: Float32Array;
}

/**
 * @param costKinds (M) what the cost targets are logarithms of: only models of one kind have a common mean
 * @param prior     pseudo-counts of the common mean
 */
export function startingBiases(
  { scores, costTargets, rows }: Pick<LabelledRows, "scores" | "costTargets" | "rows">,
  costKinds: readonly string[],
  prior: number,
): StartingBiases {
  const M = costKinds.length;
  return {
    qualityBias: Float32Array.from(shrunkMeans(scores, rows, M, prior), logit),
    costBias: Float32Array.from(shrunkMeans(costTargets, rows, M, prior, costKinds)),
  };
}

/** ln(p / (1 − p)) with p kept within [0.01, 0.99], so that no start value is beyond repair. */
function logit(p: number): number {
  const q = Math.min(0.99, Math.max(0.01, p));
  return Math.log(q / (1 - q));
}
