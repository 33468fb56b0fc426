import type { LabelledEmbeddings } from "../baseline.js";
import { fitFeatureScaling, scaleFeatures } from "../features/feature-scaling.js";
import { columnMeans } from "../labels/column-means.js";
import { ridgeDeviations, ridgePath } from "../ridge/ridge-path.js";
import { type LogCostModel, maskedSquaredError } from "./log-cost-model.js";
import { logCosts } from "./log-costs.js";

/** Penalties that are tried; costs follow the length of the prompt so closely that little of it can be right. */
const costPenalties: readonly number[] = [0.1, 1, 10, 100, 300, 1e3, 3e3, 1e4];

/** Ridge regression a model of log costs on scaled embeddings and the logarithm of the prompt's tokens. */
export function fitRidgeLogCost(train: LabelledEmbeddings, validation: LabelledEmbeddings): LogCostModel {
  const N = train.table.models.length;
  const D = train.dimensions;
  const logs = logCosts(train.table.costs, N);
  const means = columnMeans(logs, N);
  const toFeatures = fitCostFeatures(train);

  const validationFeatures = toFeatures(validation.embeddings, validation.table.inputTokens);
  const targets = logCosts(validation.table.costs, N);
  const solutions = ridgePath(toFeatures(train.embeddings, train.table.inputTokens), D + 1, logs, N, costPenalties);
  let best = solutions[0];
  let validationError = Number.POSITIVE_INFINITY;
  for (const solution of solutions) {
    const error = maskedSquaredError(addMeans(ridgeDeviations(solution, validationFeatures, D + 1), means), targets);
    if (error < validationError) {
      best = solution;
      validationError = error;
    }
  }
  return {
    name: `ridge ${best.penalty}`,
    validationError,
    predict: (embeddings, inputTokens) =>
      addMeans(ridgeDeviations(best, toFeatures(embeddings, inputTokens), D + 1), means),
  };
}

/**
 * (R, D + 1) features: scaled embeddings, and ln(1 + tokens) to variance 1 as a last column, 0 where the number of
 * tokens is unknown.
 */
function fitCostFeatures(
  train: LabelledEmbeddings,
): (embeddings: Float32Array, inputTokens: Float64Array) => Float32Array {
  const D = train.dimensions;
  const scaling = fitFeatureScaling(train.embeddings, D);
  const knownLogTokens = Float32Array.from(
    train.table.inputTokens.filter((n) => !Number.isNaN(n)),
    Math.log1p,
  );
  const tokenScaling = knownLogTokens.length > 0 ? fitFeatureScaling(knownLogTokens, 1) : { means: [0], scale: 0 };
  return (embeddings, inputTokens) => {
    const scaled = scaleFeatures(embeddings, scaling);
    const rows = embeddings.length / D;
    const features = new Float32Array(rows * (D + 1));
    for (let r = 0; r < rows; r++) {
      features.set(scaled.subarray(r * D, (r + 1) * D), r * (D + 1));
      if (Number.isNaN(inputTokens[r])) continue;
      features[r * (D + 1) + D] = (Math.log1p(inputTokens[r]) - tokenScaling.means[0]) * tokenScaling.scale;
    }
    return features;
  };
}

function addMeans(deviations: Float32Array, means: Float64Array): Float64Array {
  const sums = new Float64Array(deviations.length);
  for (let i = 0; i < sums.length; i++) sums[i] = deviations[i] + means[i % means.length];
  return sums;
}
