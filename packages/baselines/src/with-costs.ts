import { OneheadError } from "@onehead/core";
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
    toState() {
      if (cost.toState !== undefined) return { quality: quality.toState(), cost: cost.toState() };
      const expected = "expected one that fitCostPredictor or fitMeanCost made";
      throw new OneheadError(
        "invalid-argument",
        `toState: the cost predictor of ${quality.id} cannot be stored: ${cost.name}, ${expected}`,
      );
    },
  };
}
