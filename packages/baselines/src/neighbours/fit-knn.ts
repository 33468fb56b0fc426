import type { LabelledEmbeddings, QualityPredictor } from "../baseline.js";
import { assertTrainable, assertTunable } from "../labels/assert-labelled.js";
import { maskedLogLoss } from "../labels/masked-log-loss.js";
import { priorMeans } from "../labels/prior-means.js";
import { floatTensor } from "../state/predictor-state.js";
import type { StateReader } from "../state/state-reader.js";
import { knnPriorCounts, labelNeighbours, shrunkMeans } from "./label-neighbours.js";
import type { NeighbourMeans } from "./neighbour-means.js";
import { memoryTensors, readMemory, readSetting } from "./stored-neighbours.js";

/**
 * kNN tuned as hard as it goes: cosine neighbours among the rows that are labelled for a model, shrunk toward the
 * model's mean by `prior` pseudo-counts,
 *
 *   ŝ_m = (n · mean_k + prior · mean_m) / (n + prior),  n = min(k, labelled rows of m)
 *
 * k and prior are those of least validation log loss.
 *
 * @param neighbours over the same training rows, to share its work; built when not given
 * @throws as `assertTrainable` and `assertTunable`
 * Source: RouterBench (arXiv 2403.12031), for kNN; the prior is ours
 */
export function fitTunedKnn(
  train: LabelledEmbeddings,
  validation: LabelledEmbeddings,
  neighbours?: NeighbourMeans,
): QualityPredictor {
  assertTrainable("fitTunedKnn", train);
  assertTunable("fitTunedKnn", train, validation);
  const memory = neighbours ?? labelNeighbours(train);
  const prior = priorMeans(train.table.scores, train.table.models.length);
  let best = { size: 0, priorCount: 0, loss: Number.POSITIVE_INFINITY };
  for (const size of memory.sizes) {
    for (const priorCount of knnPriorCounts) {
      const quality = scoresNearby(memory, validation.embeddings, size, priorCount, prior);
      const loss = maskedLogLoss(quality, validation.table.scores);
      if (loss < best.loss) best = { size, priorCount, loss };
    }
  }
  const { size, priorCount } = best;
  return predictorOf({ id: "knn", name: `kNN ${size}, prior ${priorCount}` }, memory, size, priorCount, prior);
}

/**
 * kNN as RouterBench publishes it: a fixed k, no prior.
 *
 * @param neighbours as for {@link fitTunedKnn}; must hold `size`
 * @throws as `assertTrainable`; OneheadError "invalid-argument" when `neighbours` does not hold `size`
 * Source: RouterBench (arXiv 2403.12031), with k = 5, 10, 40
 */
export function fitFixedKnn(train: LabelledEmbeddings, size: number, neighbours?: NeighbourMeans): QualityPredictor {
  assertTrainable("fitFixedKnn", train);
  const memory = neighbours ?? labelNeighbours(train, [size]);
  const prior = priorMeans(train.table.scores, train.table.models.length);
  memory.sizeIndex(size);
  return predictorOf({ id: `knn-${size}`, name: `kNN ${size}` }, memory, size, 0, prior);
}

/** @throws ArtifactError naming the field */
export function loadKnn(reader: StateReader, label: { id: string; name: string }): QualityPredictor {
  const { size, priorCount } = readSetting(reader);
  const memory = readMemory(reader, reader.models, [size]);
  return predictorOf(label, memory, size, priorCount, reader.upTo(1, "prior", reader.models));
}

function predictorOf(
  label: { id: string; name: string },
  memory: NeighbourMeans,
  size: number,
  priorCount: number,
  prior: Float64Array,
): QualityPredictor {
  return {
    ...label,
    predict: (embeddings) => scoresNearby(memory, embeddings, size, priorCount, prior),
    toState: () => ({
      kind: "knn",
      config: { size, priorCount },
      tensors: { ...memoryTensors(memory, 0, prior.length), prior: floatTensor(prior, prior.length) },
    }),
  };
}

/** (R, N) shrunk means of the scores. */
function scoresNearby(
  neighbours: NeighbourMeans,
  embeddings: Float32Array,
  size: number,
  priorCount: number,
  prior: Float64Array,
): Float32Array {
  return Float32Array.from(shrunkMeans(neighbours, embeddings, { size, priorCount, firstColumn: 0, prior }));
}
