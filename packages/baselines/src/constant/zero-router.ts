import type { LabelledEmbeddings, QualityPredictor } from "../baseline.js";
import { assertTrainable, queryRows } from "../labels/assert-labelled.js";
import { columnMeans } from "../labels/column-means.js";

/**
 * The router that never looks at the prompt: every model's mean training score, for every prompt.
 *
 * Joined with constant costs, a sweep over λ walks the hull of the single models.
 *
 * @throws as `assertTrainable`
 * Source: RouterBench (arXiv 2403.12031)
 */
export function fitZeroRouter(train: LabelledEmbeddings): QualityPredictor {
  assertTrainable("fitZeroRouter", train);
  const means = columnMeans(train.table.scores, train.table.models.length);
  return {
    id: "zero",
    name: "zero router",
    predict(embeddings) {
      const quality = new Float32Array(queryRows("zeroRouter", embeddings, train.dimensions) * means.length);
      for (let i = 0; i < quality.length; i++) quality[i] = means[i % means.length];
      return quality;
    },
  };
}
