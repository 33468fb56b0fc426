import type { Baseline, CostPredictor, QualityPredictor } from "./baseline.js";

/** Joins a quality predictor and a cost predictor into a router. */
export function withCosts(quality: QualityPredictor, cost: CostPredictor): Baseline {
  return {
    id: quality.id,
    name: quality.name,
    estimatesQuality: true,
    predict: (embeddings, inputTokens) => ({
      quality: quality.predict(embeddings),
      costUsd: cost.predict(embeddings, inputTokens),
    }),
  };
}
