import type { CostPredictor, LabelledEmbeddings } from "../baseline.js";
import { assertEveryModelHas, queryRows } from "../labels/assert-labelled.js";
import { columnMeans } from "../labels/column-means.js";
import { floatTensor } from "../state/predictor-state.js";
import type { StateReader } from "../state/state-reader.js";

/** A free call still costs a nano-dollar, so that predicted costs are positive and have a logarithm. */
export const leastCostUsd = 1e-9;

/**
 * One price a model, its mean cost on the training rows: what RouterBench's own routers reckon with.
 *
 * @throws OneheadError "invalid-argument" naming the models without a recorded cost
 * Source: RouterBench (arXiv 2403.12031)
 */
export function fitMeanCost(train: LabelledEmbeddings): CostPredictor {
  assertEveryModelHas("fitMeanCost", "cost", train.table.costs, train.table.models);
  const means = columnMeans(train.table.costs, train.table.models.length).map((c) =>
    Math.fround(Math.max(c, leastCostUsd)),
  );
  return meanCostOf(means, train.dimensions);
}

/** @throws ArtifactError naming the field */
export function loadMeanCost(reader: StateReader): CostPredictor {
  return meanCostOf(reader.upTo(Number.MAX_VALUE, "means", reader.models), reader.dimensions);
}

function meanCostOf(means: Float64Array, dimensions: number): CostPredictor {
  return {
    name: "mean cost",
    predict(embeddings) {
      const costs = new Float64Array(queryRows("meanCost", embeddings, dimensions) * means.length);
      for (let i = 0; i < costs.length; i++) costs[i] = means[i % means.length];
      return costs;
    },
    toState: () => ({ kind: "mean-cost", config: {}, tensors: { means: floatTensor(means, means.length) } }),
  };
}
