import type { LabelledEmbeddings } from "../baseline.js";
import { columnMeans } from "../labels/column-means.js";
import { knnPriorCounts, type ShrunkMeansSetting, shrunkMeans } from "../neighbours/label-neighbours.js";
import type { NeighbourMeans } from "../neighbours/neighbour-means.js";
import { memoryTensors, readMemory, readSetting } from "../neighbours/stored-neighbours.js";
import { floatTensor } from "../state/predictor-state.js";
import type { StateReader } from "../state/state-reader.js";
import { type LogCostModel, maskedSquaredError } from "./log-cost-model.js";
import { logCosts } from "./log-costs.js";

/** Tuned kNN on log costs: size and pseudo-counts of least validation error. */
export function fitKnnLogCost(
  train: LabelledEmbeddings,
  validation: LabelledEmbeddings,
  neighbours: NeighbourMeans,
): LogCostModel {
  const N = train.table.models.length;
  const prior = columnMeans(logCosts(train.table.costs, N), N);
  const targets = logCosts(validation.table.costs, N);
  let best = { size: neighbours.sizes[0], priorCount: 0, firstColumn: N, prior };
  let validationError = Number.POSITIVE_INFINITY;
  for (const size of neighbours.sizes) {
    for (const priorCount of knnPriorCounts) {
      const setting = { size, priorCount, firstColumn: N, prior };
      const error = maskedSquaredError(shrunkMeans(neighbours, validation.embeddings, setting), targets);
      if (error < validationError) {
        best = setting;
        validationError = error;
      }
    }
  }
  return logCostOf(neighbours, best, validationError);
}

/** @throws ArtifactError naming the field */
export function loadKnnLogCost(reader: StateReader): LogCostModel {
  const { size, priorCount } = readSetting(reader);
  const memory = readMemory(reader, reader.models, [size]);
  return logCostOf(memory, { size, priorCount, firstColumn: 0, prior: reader.doubles("prior", reader.models) });
}

function logCostOf(
  neighbours: NeighbourMeans,
  setting: ShrunkMeansSetting,
  validationError = Number.NaN,
): LogCostModel {
  const { size, priorCount, firstColumn, prior } = setting;
  return {
    name: `kNN ${size}, prior ${priorCount}`,
    validationError,
    predict: (embeddings) => shrunkMeans(neighbours, embeddings, setting),
    toState: () => ({
      kind: "knn",
      config: { size, priorCount },
      tensors: { ...memoryTensors(neighbours, firstColumn, prior.length), prior: floatTensor(prior, prior.length) },
    }),
  };
}
