import {
  type ClusterMap,
  clusterMapQuality,
  clusterMeans,
  kMeans,
  nearestCentroids,
  trainClusterMap,
} from "@onehead/core/training";
import type { FitOptions, LabelledEmbeddings, QualityPredictor } from "../baseline.js";
import { assertTrainable, assertTunable, queryRows } from "../labels/assert-labelled.js";
import { maskedLogLoss } from "../labels/masked-log-loss.js";
import { priorMeans } from "../labels/prior-means.js";
import { unitRows } from "../neighbours/unit-rows.js";
import { floatTensor } from "../state/predictor-state.js";
import type { StateReader } from "../state/state-reader.js";
import { yieldToEvents } from "../yield-to-events.js";

const clusterCounts = [8, 16, 32, 64, 128];
const priorCount = 3;

/**
 * UniRoute with a learned cluster map: clusters and each model's means in them as by k-means, but a prompt belongs to all
 * clusters by a softmax that is trained on the scores.
 *
 *   ŝ_m(e) = Σ_k w_k(e) Ψ_km,  w = softmax(Θ e / |e| + b)
 *
 * Θ starts at the centroids. K and the stopping point are those of least validation log loss.
 *
 * @throws as `assertTrainable` and `assertTunable`; OneheadError "aborted" once `signal` is aborted
 * Source: Jitkrittum et al. 2025 (arXiv 2502.08773), section on the learned cluster map
 */
export async function fitUniRouteMap(
  train: LabelledEmbeddings,
  validation: LabelledEmbeddings,
  options: FitOptions,
): Promise<QualityPredictor> {
  assertTrainable("fitUniRouteMap", train);
  assertTunable("fitUniRouteMap", train, validation);
  const { dimensions: D, table } = train;
  const rows = unitRows(train.embeddings, D);
  const held = unitRows(validation.embeddings, D);
  const prior = priorMeans(table.scores, table.models.length);
  let best: (ClusterMap & { loss: number }) | undefined;
  for (const K of clusterCounts) {
    const centroids = kMeans(rows, D, K, options.seed);
    const clusters = nearestCentroids(rows, centroids, D);
    const means = Float32Array.from(clusterMeans(clusters, centroids.length / D, table.scores, prior, priorCount));
    const trained = await trainClusterMap(rows, table.scores, D, centroids, means, {
      seed: options.seed,
      validationLoss: (map) => maskedLogLoss(clusterMapQuality(map, held, D), validation.table.scores),
      pause: () => yieldToEvents("fitUniRouteMap", options.signal),
    });
    if (best === undefined || trained.loss < best.loss) best = trained;
  }
  return predictorOf(best as ClusterMap, D);
}

/** @throws ArtifactError naming the field */
export function loadUniRouteMap(reader: StateReader): QualityPredictor {
  const { dimensions: D, models: N } = reader;
  const map = reader.floats("map", null, D);
  const K = map.length / D;
  return predictorOf({ map, bias: reader.floats("bias", K), means: reader.floats("means", K, N) }, D);
}

function predictorOf(map: ClusterMap, D: number): QualityPredictor {
  const K = map.bias.length;
  return {
    id: "uniroute-map",
    name: `UniRoute map ${K}`,
    predict(embeddings) {
      queryRows("uniRouteMap", embeddings, D);
      return clusterMapQuality(map, unitRows(embeddings, D), D);
    },
    toState: () => ({
      kind: "uniroute-map",
      config: {},
      tensors: {
        map: floatTensor(map.map, K, D),
        bias: floatTensor(map.bias, K),
        means: floatTensor(map.means, K, map.means.length / K),
      },
    }),
  };
}
