import { clusterMeans, kMeans, nearestCentroids } from "@onehead/core/training";
import type { FitOptions, LabelledEmbeddings, QualityPredictor } from "../baseline.js";
import { assertTrainable, assertTunable, queryRows } from "../labels/assert-labelled.js";
import { maskedLogLoss } from "../labels/masked-log-loss.js";
import { priorMeans } from "../labels/prior-means.js";
import { unitRows } from "../neighbours/unit-rows.js";
import { floatTensor } from "../state/predictor-state.js";
import type { StateReader } from "../state/state-reader.js";
import { yieldToEvents } from "../yield-to-events.js";

const clusterCounts = [4, 8, 16, 32, 64, 128];
const priorCounts = [0.3, 1, 3, 10, 30];

/**
 * UniRoute with k-means: a model is known by its mean score in each cluster of prompts, a prompt by its cluster.
 *
 *   ŝ_m(e) = Ψ_km,  k the cluster of e,  Ψ_km = (Σ s_im + n₀ mean_m) / (n_km + n₀)
 *
 * K and the pseudo-counts n₀ (ours: without them a cluster of five rows is certain) are those of least validation log loss.
 *
 * @throws as `assertTrainable` and `assertTunable`; OneheadError "aborted" once `signal` is aborted
 * Source: Jitkrittum et al. 2025 (arXiv 2502.08773), "Universal model routing for efficient LLM inference"
 */
export async function fitUniRouteKMeans(
  train: LabelledEmbeddings,
  validation: LabelledEmbeddings,
  options: FitOptions,
): Promise<QualityPredictor> {
  assertTrainable("fitUniRouteKMeans", train);
  assertTunable("fitUniRouteKMeans", train, validation);
  const { dimensions: D, table } = train;
  const prior = priorMeans(table.scores, table.models.length);
  const rows = unitRows(train.embeddings, D);
  const validationRows = unitRows(validation.embeddings, D);
  let best = { centroids: rows, means: prior, priorCount: 0, loss: Number.POSITIVE_INFINITY };
  for (const K of clusterCounts) {
    if (K > table.ids.length && K > clusterCounts[0]) break;
    await yieldToEvents("fitUniRouteKMeans", options.signal);
    const centroids = kMeans(rows, D, K, options.seed);
    const clusters = nearestCentroids(rows, centroids, D);
    const held = nearestCentroids(validationRows, centroids, D);
    for (const priorCount of priorCounts) {
      const means = clusterMeans(clusters, centroids.length / D, table.scores, prior, priorCount);
      const loss = maskedLogLoss(lookUp(held, means, prior.length), validation.table.scores);
      if (loss < best.loss) best = { centroids, means, priorCount, loss };
    }
  }
  const name = `UniRoute k-means ${best.centroids.length / D}, prior ${best.priorCount}`;
  return predictorOf(name, best.centroids, Float32Array.from(best.means), D);
}

/** @throws ArtifactError naming the field */
export function loadUniRouteKMeans(reader: StateReader, label: { name: string }): QualityPredictor {
  const centroids = reader.floats("centroids", null, reader.dimensions);
  const means = reader.floats("means", centroids.length / reader.dimensions, reader.models);
  return predictorOf(label.name, centroids, means, reader.dimensions);
}

function predictorOf(name: string, centroids: Float32Array, means: Float32Array, D: number): QualityPredictor {
  const K = centroids.length / D;
  const N = means.length / K;
  return {
    id: "uniroute-k-means",
    name,
    predict(embeddings) {
      queryRows("uniRouteKMeans", embeddings, D);
      return lookUp(nearestCentroids(unitRows(embeddings, D), centroids, D), means, N);
    },
    toState: () => ({
      kind: "uniroute-k-means",
      config: {},
      tensors: { centroids: floatTensor(centroids, K, D), means: floatTensor(means, K, N) },
    }),
  };
}

function lookUp(clusters: Int32Array, means: Float32Array | Float64Array, N: number): Float32Array {
  const quality = new Float32Array(clusters.length * N);
  clusters.forEach((k, r) => {
    for (let m = 0; m < N; m++) quality[r * N + m] = means[k * N + m];
  });
  return quality;
}
