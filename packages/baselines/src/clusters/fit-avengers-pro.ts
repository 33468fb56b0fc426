import { matmulTransposedB } from "@onehead/core";
import { clusterMeans, kMeans, nearestCentroids } from "@onehead/core/training";
import type { Baseline, FitOptions, LabelledEmbeddings } from "../baseline.js";
import { leastCostUsd } from "../cost/mean-cost.js";
import { assertEveryModelHas, assertTrainable, queryRows } from "../labels/assert-labelled.js";
import { columnMeans } from "../labels/column-means.js";
import { priorMeans } from "../labels/prior-means.js";
import { unitRows } from "../neighbours/unit-rows.js";
import { floatTensor } from "../state/predictor-state.js";
import type { StateReader } from "../state/state-reader.js";

// as published: 60 clusters, of which a query is routed by the 4 nearest
const clusterCount = 60;
const nearestCount = 4;
/** A cluster without a score of a model takes the model's mean. */
const priorCount = 1e-6;

/**
 * Avengers-Pro: clusters of prompts, in each of which models are ranked by normalised accuracy and normalised cost.
 *
 *   x_m = α p̃_m + (1 − α)(1 − q̃_m),  p̃, q̃ ∈ [0, 1]: min–max over the models of one cluster
 *
 * summed over the 4 clusters nearest to the query. Every α of theirs is a λ of ours: with p̃ as quality and q̃ as cost, R =
 * p̃ − q̃ / λ ranks alike where λ = α / (1 − α). q̃ is given in units of the dearest model's mean cost, so that the λ of a
 * sweep in USD cover all α. Neither is an estimate, so calibration says nothing.
 *
 * @throws as `assertTrainable`; OneheadError "invalid-argument" naming the models without a recorded cost
 * Source: Zhang et al. 2025 (arXiv 2508.12631), "Beyond GPT-5: making LLMs cheaper and better via performance-efficiency
 * optimized routing"
 */
export function fitAvengersPro(train: LabelledEmbeddings, { seed }: FitOptions): Baseline {
  assertTrainable("fitAvengersPro", train);
  assertEveryModelHas("fitAvengersPro", "cost", train.table.costs, train.table.models);
  const { dimensions: D, table } = train;
  const N = table.models.length;
  const rows = unitRows(train.embeddings, D);
  const centroids = kMeans(rows, D, clusterCount, seed);
  const K = centroids.length / D;
  const clusters = nearestCentroids(rows, centroids, D);
  const meanCosts = columnMeans(table.costs, N);
  const quality = normalised(clusterMeans(clusters, K, table.scores, priorMeans(table.scores, N), priorCount), N);
  const cost = normalised(clusterMeans(clusters, K, table.costs, meanCosts, priorCount), N);
  const unitUsd = Math.max(leastCostUsd, ...meanCosts);
  return avengersOf({ centroids, quality, cost, unitUsd }, N, D);
}

/** @throws ArtifactError naming the field */
export function loadAvengersPro(reader: StateReader): Baseline {
  const { dimensions: D, models: N } = reader;
  const centroids = reader.floats("centroids", null, D);
  const K = centroids.length / D;
  const quality = reader.upTo(1, "quality", K, N);
  const cost = reader.upTo(1, "cost", K, N);
  return avengersOf({ centroids, quality, cost, unitUsd: reader.config.positive("unitUsd") }, N, D);
}

interface Profiles {
  /** (K, D) of length 1. */
  centroids: Float32Array;
  /** p̃ and q̃ (K, N), float32 values. */
  quality: Float64Array;
  cost: Float64Array;
  unitUsd: number;
}

function avengersOf({ centroids, quality, cost, unitUsd }: Profiles, N: number, D: number): Baseline {
  const K = centroids.length / D;
  return {
    id: "avengers-pro",
    name: `Avengers-Pro ${K}`,
    estimatesQuality: false,
    predict(embeddings) {
      const R = queryRows("avengersPro", embeddings, D);
      const nearest = nearestOf(unitRows(embeddings, D), centroids, D);
      const predictions = { quality: new Float32Array(R * N), costUsd: new Float64Array(R * N) };
      for (let r = 0; r < R; r++) {
        for (const k of nearest[r]) {
          for (let m = 0; m < N; m++) {
            predictions.quality[r * N + m] += quality[k * N + m] / nearest[r].length;
            predictions.costUsd[r * N + m] += (unitUsd * cost[k * N + m]) / nearest[r].length;
          }
        }
        for (let m = 0; m < N; m++) {
          // the float32 sum of shares can pass 1 by a rounding
          predictions.quality[r * N + m] = Math.min(1, predictions.quality[r * N + m]);
          predictions.costUsd[r * N + m] += leastCostUsd;
        }
      }
      return predictions;
    },
    toState: () => ({
      quality: {
        kind: "avengers-pro",
        config: { unitUsd },
        tensors: {
          centroids: floatTensor(centroids, K, D),
          quality: floatTensor(quality, K, N),
          cost: floatTensor(cost, K, N),
        },
      },
      cost: null,
    }),
  };
}

/** Every row of a (K, N) matrix between its least, 0, and its greatest, 1; 0 where they are equal. */
function normalised(values: Float64Array, N: number): Float64Array {
  const out = new Float64Array(values.length);
  for (let start = 0; start < values.length; start += N) {
    const row = values.subarray(start, start + N);
    const least = Math.min(...row);
    const range = Math.max(...row) - least;
    for (let m = 0; m < N; m++) out[start + m] = range > 0 ? Math.fround((row[m] - least) / range) : 0;
  }
  return out;
}

/** The clusters nearest to each row, nearest first. */
function nearestOf(rows: Float32Array, centroids: Float32Array, D: number): number[][] {
  const R = rows.length / D;
  const K = centroids.length / D;
  const cosines = new Float32Array(R * K);
  matmulTransposedB(cosines, rows, centroids, R, D, K);
  return Array.from({ length: R }, (_, r) =>
    Array.from({ length: K }, (_cluster, k) => k)
      .sort((a, b) => cosines[r * K + b] - cosines[r * K + a] || a - b)
      .slice(0, nearestCount),
  );
}
