import type { LabelledEmbeddings, QualityPredictor } from "../baseline.js";
import { assertTrainable, queryRows } from "../labels/assert-labelled.js";
import { columnMeans } from "../labels/column-means.js";
import { floatTensor } from "../state/predictor-state.js";
import type { StateReader } from "../state/state-reader.js";

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
  return predictorOf(means, train.dimensions);
}

/** @throws ArtifactError naming the field */
export function loadZeroRouter(reader: StateReader): QualityPredictor {
  return predictorOf(reader.upTo(1, "means", reader.models), reader.dimensions);
}

function predictorOf(means: Float64Array, dimensions: number): QualityPredictor {
  return {
    id: "zero",
    name: "zero router",
    predict(embeddings) {
      const quality = new Float32Array(queryRows("zeroRouter", embeddings, dimensions) * means.length);
      for (let i = 0; i < quality.length; i++) quality[i] = means[i % means.length];
      return quality;
    },
    toState: () => ({ kind: "zero", config: {}, tensors: { means: floatTensor(means, means.length) } }),
  };
}
