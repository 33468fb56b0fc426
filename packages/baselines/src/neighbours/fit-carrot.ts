import type { Baseline, LabelledEmbeddings } from "../baseline.js";
import { leastCostUsd } from "../cost/mean-cost.js";
import { assertEveryModelHas, assertTrainable, assertTunable } from "../labels/assert-labelled.js";
import { columnMeans } from "../labels/column-means.js";
import { maskedLogLoss } from "../labels/masked-log-loss.js";
import { priorMeans } from "../labels/prior-means.js";
import { shrunkMeans } from "./label-neighbours.js";
import { NeighbourMeans } from "./neighbour-means.js";

const sizes = [5, 10, 20, 40, 80, 150, 300];

/**
 * CARROT with kNN: both the score and the cost of a model are the mean of the nearest prompts', and the choice is the
 * linear reward of the two, ŝ − ĉ / λ.
 *
 * k is that of least validation log loss of the scores, the same for both; nothing is shrunk, as published.
 *
 * @throws as `assertTrainable` and `assertTunable`; OneheadError "invalid-argument" naming models without a recorded cost
 * Source: Somerstep et al. 2025 (arXiv 2502.03261), "CARROT: a cost aware rate optimal router"
 */
export function fitCarrot(train: LabelledEmbeddings, validation: LabelledEmbeddings): Baseline {
  assertTrainable("fitCarrot", train);
  assertTunable("fitCarrot", train, validation);
  assertEveryModelHas("fitCarrot", "cost", train.table.costs, train.table.models);
  const { table } = train;
  const N = table.models.length;
  const targets = new Float32Array(table.ids.length * 2 * N);
  for (let r = 0; r < table.ids.length; r++) {
    targets.set(table.scores.subarray(r * N, (r + 1) * N), r * 2 * N);
    for (let m = 0; m < N; m++) targets[r * 2 * N + N + m] = table.costs[r * N + m];
  }
  const memory = new NeighbourMeans(train.embeddings, train.dimensions, targets, sizes);
  const prior = priorMeans(table.scores, N);
  const meanCosts = columnMeans(table.costs, N);
  const scoresOf = (embeddings: Float32Array, size: number): Float32Array =>
    Float32Array.from(shrunkMeans(memory, embeddings, { size, priorCount: 0, firstColumn: 0, prior }));
  const losses = sizes.map((size) => maskedLogLoss(scoresOf(validation.embeddings, size), validation.table.scores));
  const size = sizes[losses.indexOf(Math.min(...losses))];
  return {
    id: "carrot",
    name: `CARROT kNN ${size}`,
    estimatesQuality: true,
    predict(embeddings) {
      const quality = scoresOf(embeddings, size);
      const costs = shrunkMeans(memory, embeddings, { size, priorCount: 0, firstColumn: N, prior: meanCosts });
      return { quality, costUsd: costs.map((cost) => Math.max(cost, leastCostUsd)) };
    },
  };
}
