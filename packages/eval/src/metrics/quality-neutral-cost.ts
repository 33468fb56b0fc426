import { assertPoints, type CostQualityPoint } from "../curve/cost-quality-point.js";

/** Cost of keeping a single model's quality, as a share of that model's cost. */
export interface QualityNeutralCost {
  /** Router's cost over the model's; 1 where the quality is not reached and the model itself is used. */
  ratio: number;
  /** Whether any setting reaches the model's quality on the rows where the setting is chosen. */
  reached: boolean;
  /** Index of the setting; null where it is not reached. */
  setting: number | null;
  /** Mean quality that the setting (or the model itself) has on the rows where the cost is counted. */
  quality: number;
}

/**
 * Quality-neutral cost (QNC) of the sweep against a single model.
 *
 *     QNC = min{ c_l : q_l ≥ q_model } / c_model
 *
 * The points of the sweep are taken as they are, not mixed. Where none reaches the model, the model is what one falls back
 * to: 1, marked by `reached`. Against a free model the ratio is 1.
 *
 * @param points on the rows where the setting is chosen
 * @param model  the single model on the same rows; which model it is, is decided on validation rows
 * @param paid   the same settings and model on the rows where cost is counted; the rows of choice unless given (hindsight)
 * @throws OneheadError "invalid-argument" for points that are not usable
 * Source: UniRoute (arXiv 2502.08773), "quality-neutral cost"; the fall back to 1 and the choice on other rows are ours
 */
export function qualityNeutralCost(
  points: readonly CostQualityPoint[],
  model: CostQualityPoint,
  paid: { points: readonly CostQualityPoint[]; model: CostQualityPoint } = { points, model },
): QualityNeutralCost {
  assertPoints("qualityNeutralCost", [model, ...points]);
  assertPoints("qualityNeutralCost", [paid.model, ...paid.points]);
  let setting: number | null = null;
  for (const [index, point] of points.entries()) {
    if (point.quality < model.quality) continue;
    if (setting === null || point.costUsd < points[setting].costUsd) setting = index;
  }
  if (setting === null) return { ratio: 1, reached: false, setting, quality: paid.model.quality };
  const { costUsd, quality } = paid.points[setting];
  return { ratio: paid.model.costUsd > 0 ? costUsd / paid.model.costUsd : 1, reached: true, setting, quality };
}
