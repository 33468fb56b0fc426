import type { LabelledEmbeddings } from "../baseline.js";
import { type FeatureScaling, fitFeatureScaling, scaleFeatures } from "../features/feature-scaling.js";
import { readScaling, scalingConfig, scalingTensors } from "../features/stored-scaling.js";
import { columnMeans } from "../labels/column-means.js";
import { type RidgeSolution, ridgeDeviations, ridgePath } from "../ridge/ridge-path.js";
import { floatTensor } from "../state/predictor-state.js";
import type { StateReader } from "../state/state-reader.js";
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
  const scaling = fitCostScaling(train);
  const toFeatures = costFeatures(scaling);

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
  return logCostOf(best, scaling, means, validationError);
}

/** @throws ArtifactError naming the field */
export function loadRidgeLogCost(reader: StateReader): LogCostModel {
  const { config, dimensions: D, models: N } = reader;
  const solution = {
    penalty: config.positive("penalty"),
    weights: reader.floats("weights", N, D + 1),
    offsets: reader.doubles("offsets", N),
  };
  const tokens = { means: Float64Array.of(config.number("tokenMean")), scale: config.number("tokenScale", 0) };
  return logCostOf(solution, { text: readScaling(reader), tokens }, reader.doubles("means", N));
}

function logCostOf(
  solution: RidgeSolution,
  scaling: CostScaling,
  means: Float64Array,
  validationError = Number.NaN,
): LogCostModel {
  const N = means.length;
  const D = scaling.text.means.length;
  const toFeatures = costFeatures(scaling);
  return {
    name: `ridge ${solution.penalty}`,
    validationError,
    predict: (embeddings, inputTokens) =>
      addMeans(ridgeDeviations(solution, toFeatures(embeddings, inputTokens), D + 1), means),
    toState: () => ({
      kind: "ridge",
      config: {
        penalty: solution.penalty,
        tokenMean: scaling.tokens.means[0],
        tokenScale: scaling.tokens.scale,
        ...scalingConfig(scaling.text),
      },
      tensors: {
        weights: floatTensor(solution.weights, N, D + 1),
        offsets: floatTensor(solution.offsets, N),
        means: floatTensor(means, N),
        ...scalingTensors(scaling.text),
      },
    }),
  };
}

/** Of the embeddings, and of ln(1 + tokens). */
interface CostScaling {
  text: FeatureScaling;
  tokens: FeatureScaling;
}

function fitCostScaling(train: LabelledEmbeddings): CostScaling {
  const knownLogTokens = Float32Array.from(
    train.table.inputTokens.filter((n) => !Number.isNaN(n)),
    Math.log1p,
  );
  const tokens =
    knownLogTokens.length > 0 ? fitFeatureScaling(knownLogTokens, 1) : { means: Float64Array.of(0), scale: 0 };
  return { text: fitFeatureScaling(train.embeddings, train.dimensions), tokens };
}

/**
 * (R, D + 1) features: scaled embeddings, and ln(1 + tokens) to variance 1 as a last column, 0 where the number of
 * tokens is unknown.
 */
function costFeatures({
  text,
  tokens,
}: CostScaling): (embeddings: Float32Array, inputTokens: Float64Array) => Float32Array {
  const D = text.means.length;
  return (embeddings, inputTokens) => {
    const scaled = scaleFeatures(embeddings, text);
    const rows = embeddings.length / D;
    const features = new Float32Array(rows * (D + 1));
    for (let r = 0; r < rows; r++) {
      features.set(scaled.subarray(r * D, (r + 1) * D), r * (D + 1));
      if (Number.isNaN(inputTokens[r])) continue;
      features[r * (D + 1) + D] = (Math.log1p(inputTokens[r]) - tokens.means[0]) * tokens.scale;
    }
    return features;
  };
}

function addMeans(deviations: Float32Array, means: Float64Array): Float64Array {
  const sums = new Float64Array(deviations.length);
  for (let i = 0; i < sums.length; i++) sums[i] = deviations[i] + means[i % means.length];
  return sums;
}
