import type { Baseline, LabelledEmbeddings } from "../baseline.js";
import { leastCostUsd } from "../cost/mean-cost.js";
import { assertEveryModelHas, assertTrainable, assertTunable } from "../labels/assert-labelled.js";
import { columnMeans } from "../labels/column-means.js";
import { priorMeans } from "../labels/prior-means.js";
import { floatTensor } from "../state/predictor-state.js";
import type { StateReader } from "../state/state-reader.js";
import { shrunkMeans } from "./label-neighbours.js";
import { NeighbourMeans } from "./neighbour-means.js";
import { memoryTensors, readMemory } from "./stored-neighbours.js";

// as published: powers of 2, chosen by R²
const sizes = [2, 4, 8, 16, 32, 64, 128, 256, 512];

/**
 * CARROT with kNN: both the score and the cost of a model are the mean of the nearest prompts', and the choice is the
 * linear reward of the two, ŝ − ĉ / λ.
 *
 * As published, scores and costs have a k each, that of the greatest R² on the mean of the models; theirs is cross-validated,
 * ours is of the validation rows. Nothing is shrunk.
 *
 * @throws as `assertTrainable` and `assertTunable`; OneheadError "invalid-argument" naming models without a recorded cost
 * Source: Somerstep et al. 2025 (arXiv 2502.03261), "CARROT: a cost aware rate optimal router", and its repository
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
  const priors = { scores: priorMeans(table.scores, N), costs: columnMeans(table.costs, N) };
  const best = (held: Float32Array | Float64Array, firstColumn: number, prior: Float64Array): number => {
    const fits = sizes.map((size) =>
      meanExplained(shrunkMeans(memory, validation.embeddings, { size, priorCount: 0, firstColumn, prior }), held, N),
    );
    return sizes[fits.indexOf(Math.max(...fits))];
  };
  const scoreSize = best(validation.table.scores, 0, priors.scores);
  const costSize = best(validation.table.costs, N, priors.costs);
  return carrotOf(`CARROT kNN ${scoreSize}, cost ${costSize}`, memory, scoreSize, costSize, priors);
}

/** @throws ArtifactError naming the field */
export function loadCarrot(reader: StateReader, label: { name: string }): Baseline {
  const [scoreSize, costSize] = [reader.config.count("scoreSize", 1), reader.config.count("costSize", 1)];
  const memory = readMemory(reader, 2 * reader.models, [scoreSize, costSize]);
  const priors = {
    scores: reader.upTo(1, "prior", reader.models),
    costs: reader.upTo(Number.MAX_VALUE, "meanCosts", reader.models),
  };
  return carrotOf(label.name, memory, scoreSize, costSize, priors);
}

function carrotOf(
  name: string,
  memory: NeighbourMeans,
  scoreSize: number,
  costSize: number,
  priors: { scores: Float64Array; costs: Float64Array },
): Baseline {
  const N = priors.scores.length;
  return {
    id: "carrot",
    name,
    estimatesQuality: true,
    predict(embeddings) {
      const scores = { size: scoreSize, priorCount: 0, firstColumn: 0, prior: priors.scores };
      const costs = { size: costSize, priorCount: 0, firstColumn: N, prior: priors.costs };
      return {
        quality: Float32Array.from(shrunkMeans(memory, embeddings, scores)),
        costUsd: shrunkMeans(memory, embeddings, costs).map((cost) => Math.max(cost, leastCostUsd)),
      };
    },
    toState: () => ({
      quality: {
        kind: "carrot",
        config: { scoreSize, costSize },
        tensors: {
          ...memoryTensors(memory, 0, 2 * N),
          prior: floatTensor(priors.scores, N),
          meanCosts: floatTensor(priors.costs, N),
        },
      },
      cost: null,
    }),
  };
}

/** Mean over the columns of R² = 1 − Σ (y − ŷ)² / Σ (y − ȳ)²; columns that do not vary say nothing. */
function meanExplained(predictions: Float64Array, targets: Float32Array | Float64Array, N: number): number {
  const means = columnMeans(targets, N);
  const missed = new Float64Array(N);
  const spread = new Float64Array(N);
  for (let i = 0; i < targets.length; i++) {
    if (Number.isNaN(targets[i])) continue;
    missed[i % N] += (targets[i] - predictions[i]) ** 2;
    spread[i % N] += (targets[i] - means[i % N]) ** 2;
  }
  const varying = Array.from(spread.keys()).filter((m) => spread[m] > 0);
  const explained = varying.reduce((sum, m) => sum + 1 - missed[m] / spread[m], 0);
  return varying.length > 0 ? explained / varying.length : 0;
}
