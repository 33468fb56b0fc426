import { sigmoid } from "@onehead/core";
import { predictedCosts } from "../calibration/predicted-costs.js";
import type { Network } from "../network/network.js";
import { meanOutputs } from "../network/network-outputs.js";
import type { CostTargets } from "../rows/cost-targets.js";
import type { LabelledRows } from "./member-trainer.js";
import type { ValidationPredictions } from "./progress.js";

/** How each model's cost is counted, and what was recorded for the validation rows. */
export interface RecordedCosts extends Pick<CostTargets, "kinds" | "prices"> {
  models: string[];
  /** (R, M) USD, NaN where unknown. */
  costsUsd: Float64Array;
}

/** What one network predicts for the validation rows, before calibration; null where there are none. */
export function validationPredictions(
  network: Network,
  validation: LabelledRows,
  { models, kinds, prices, costsUsd }: RecordedCosts,
  D: number,
): ValidationPredictions | null {
  if (validation.rows === 0) return null;
  const outputs = meanOutputs([network], validation.embeddings, validation.rows, D, models.length);
  const candidates = models.map((_, m) => {
    const price = prices[m];
    return { costKind: kinds[m], smearing: 1, ...(price === null ? {} : { prices: price }) };
  });
  return {
    models,
    quality: outputs.qualityLogits.map(sigmoid),
    costUsd: predictedCosts(outputs.costOutputs, candidates, validation.inputTokens),
    scores: validation.scores,
    costsUsd,
  };
}
